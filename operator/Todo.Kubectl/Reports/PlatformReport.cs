using System.Text.Encodings.Web;
using System.Text.Json;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Serialization;
using Todo.Operator.Decisions.Requests;
using Todo.Operator.Observation;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Reports;

/// <summary>What <c>status</c> tells: the status, and what in it wants attention.</summary>
internal sealed record PlatformReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True is good.</summary>
    private static readonly string[] Wanted = ["Available", "PreflightPassed", "AnalysisPassed"];

    /// <summary>False is good.</summary>
    private static readonly string[] Unwanted = ["Degraded", "Paused", "RolledBack"];

    /// <summary>Gates of a move: waited for while it is under way, wanted when it has ended.</summary>
    private static readonly string[] Gates = ["ComponentsReady", "SidecarsReady", "Migrated", "Drained"];

    public required string Name { get; init; }

    public required string Namespace { get; init; }

    public long Generation { get; init; }

    public required Outcome Outcome { get; init; }

    public bool UseDapr { get; init; }

    public required string Broker { get; init; }

    /// <summary>Conditions that are not as they should be.</summary>
    public required IReadOnlyList<V1Condition> Conditions { get; init; }

    /// <summary>Checks that have failed or could not be made.</summary>
    public required IReadOnlyList<PreflightStatus> Checks { get; init; }

    /// <summary>Requests that the operator has not taken up.</summary>
    public required IReadOnlyList<PendingRequest> Requests { get; init; }

    /// <summary>The whole status; none before the operator's first visit.</summary>
    public TodoPlatformStatus? Status { get; init; }

    public static PlatformReport Of(V1Alpha1TodoPlatform platform) => new()
    {
        Name = platform.Name(),
        Namespace = platform.Namespace() ?? string.Empty,
        Generation = platform.Generation(),
        Outcome = Outcomes.Of(platform),
        UseDapr = platform.Spec.UseDapr,
        Broker = platform.Spec.Broker,
        Conditions = [.. (platform.Status?.Conditions ?? []).Where(c => IsWrong(c, platform.Status))],
        Checks = FailingChecks(platform.Status),
        Requests = [.. RequestReader.Read(platform.Metadata.Annotations).Where(r => IsPending(r, platform.Status)).Select(r => new PendingRequest(RequestReader.NameIn(r.Kind), r.Token))],
        Status = platform.Status,
    };

    /// <summary>Checks that have failed or could not be made.</summary>
    public static IReadOnlyList<PreflightStatus> FailingChecks(TodoPlatformStatus? status) => [.. (status?.Preflight ?? []).Where(c => c.Result is "Failed" or "Unknown")];

    public string ToJson(bool indented) => KubernetesJson.Default.ToNode(this).ToJsonString(indented ? Indented : OneLine);

    private static bool IsPending(PlatformRequest request, TodoPlatformStatus? status) =>
        status?.Acknowledged?.Any(a => a.Request == RequestReader.NameIn(request.Kind) && a.Token == request.Token) != true;

    private static bool IsWrong(V1Condition condition, TodoPlatformStatus? status) => condition.Status switch
    {
        "True" => Unwanted.Contains(condition.Type),
        "False" => Wanted.Contains(condition.Type) || (Gates.Contains(condition.Type) && status?.Conditions?.Any(c => c is { Type: "Progressing", Status: "True" }) != true),
        _ => false,
    };
}

/// <summary>A request that the operator has not taken up.</summary>
/// <param name="Request">abort, rollback, retry, promote or replay-dead.</param>
/// <param name="Token">The annotation's value.</param>
internal sealed record PendingRequest(string Request, string Token);

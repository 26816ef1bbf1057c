using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.Hosting.Todo;

/// <summary>A TodoPlatform as a person reads it in <c>kubectl get -o yaml</c>; nothing of the operator's own types.</summary>
public sealed class PlatformView(JsonObject platform)
{
    public static readonly ResourceType Type = new("platform.todo.io", "v1alpha1", "todoplatforms", "TodoPlatform");

    public long Generation => (long?)platform["metadata"]?["generation"]?.AsValue().GetValue<decimal>() ?? 0;

    public string Phase => Text("phase");

    public string Stage => Text("stage");

    public string Progress => Text("progress");

    public string Message => Text("message");

    /// <summary>Events in flight over all transports.</summary>
    public long InFlight => platform["status"]?["transports"]?.AsArray().Sum(t => (long)(t?["inFlight"]?.AsValue().GetValue<decimal>() ?? 0)) ?? 0;

    /// <summary>When the last publisher of this move was where it leads; null: some are not.</summary>
    public string? PublishersBackAt => platform["status"]?["move"]?["publishersBackAt"]?.ToString();

    /// <summary>One line of what it is doing.</summary>
    public string Line => string.Join(' ', new[] { Phase, Stage, Progress, Message }.Where(t => t.Length > 0));

    /// <summary>True when the condition has this status and speaks of the present generation.</summary>
    public bool Is(string condition, string status = "True")
    {
        var found = Condition(condition);
        return found is not null && found["status"]?.GetValue<string>() == status
            && (long)(found["observedGeneration"]?.AsValue().GetValue<decimal>() ?? 0) >= Generation;
    }

    /// <summary>Token of the last request of a kind that was taken up; null: none was.</summary>
    public string? Acknowledged(string request) =>
        platform["status"]?["acknowledged"]?.AsArray().FirstOrDefault(a => a?["request"]?.GetValue<string>() == request)?["token"]?.GetValue<string>();

    /// <summary>reason and message of a condition, for a failure's text.</summary>
    public string Reason(string condition) => Condition(condition) is { } found ? $"{found["reason"]}: {found["message"]}" : "absent";

    private JsonObject? Condition(string type) =>
        platform["status"]?["conditions"]?.AsArray().Select(c => c!.AsObject()).FirstOrDefault(c => c["type"]?.GetValue<string>() == type);

    private string Text(string field) => platform["status"]?[field]?.ToString() ?? "";
}

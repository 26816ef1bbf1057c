using Kubernetes.Client.Models;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight;

/// <summary>The CEL rules of the CRD once more, for API servers that do not evaluate them and resources that are older than a rule.</summary>
public static class SpecRules
{
    private static readonly TimeSpan LeastRedeliverInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostRedeliverInterval = TimeSpan.FromHours(1);

    /// <summary>Path and message per broken rule.</summary>
    public static IReadOnlyList<(string Field, string Message)> Broken(TodoPlatformSpec spec) =>
        [.. Whole(spec), .. Kafka(spec.Kafka), .. Redis(spec), .. Services(spec), .. Others(spec), .. SpecDurations.Broken(spec)];

    private static IEnumerable<(string Field, string Message)> Whole(TodoPlatformSpec spec)
    {
        if (spec.Broker is not ("kafka" or "redis"))
        {
            yield return ("spec.broker", "broker is kafka or redis.");
        }

        if (!spec.UseDapr && spec.Broker != "kafka")
        {
            yield return ("spec.broker", "useDapr: false needs broker: kafka, because the services' own client speaks only Kafka.");
        }

        if (spec is { Broker: "kafka", Kafka.Brokers.Count: 0 } && PlatformTopology.Of(spec).Any(a => a.UseDapr ?? spec.UseDapr))
        {
            yield return ("spec.kafka.brokers", "broker: kafka with useDapr: true, of the platform or of one service, needs kafka.brokers, for example [\"kafka-1:9092\"].");
        }

        if (spec.Broker == "redis" && string.IsNullOrEmpty(spec.Redis.Host))
        {
            yield return ("spec.redis.host", "broker: redis needs redis.host, for example \"redis:6379\".");
        }
    }

    private static IEnumerable<(string Field, string Message)> Kafka(KafkaSpec kafka)
    {
        if (kafka.Auth == "password" && (kafka.Username is null || kafka.Password is null))
        {
            yield return ("spec.kafka.auth", "kafka.auth: password needs kafka.username and kafka.password.");
        }

        if (kafka.Auth == "mtls" && (kafka.ClientCert is null || kafka.ClientKey is null))
        {
            yield return ("spec.kafka.auth", "kafka.auth: mtls needs kafka.clientCert and kafka.clientKey.");
        }

        if (kafka is { Auth: "mtls", Tls: false })
        {
            yield return ("spec.kafka.tls", "kafka.auth: mtls needs kafka.tls: true; a client certificate is part of TLS.");
        }

        if (kafka is { Tls: true, Auth: "none" })
        {
            yield return ("spec.kafka.tls", "kafka.tls: true needs kafka.auth: password or mtls; Dapr uses no TLS without authentication.");
        }
    }

    private static IEnumerable<(string Field, string Message)> Redis(TodoPlatformSpec spec)
    {
        if (spec.Redis is { Username: not null, Password: null })
        {
            yield return ("spec.redis.username", "redis.username needs redis.password.");
        }

        if (spec.Redis.RedeliverInterval > MostRedeliverInterval)
        {
            yield return ("spec.redis.redeliverInterval", "redis.redeliverInterval has to be 1h or less.");
        }

        if (spec.Redis.RedeliverInterval < LeastRedeliverInterval)
        {
            yield return ("spec.redis.redeliverInterval", "redis.redeliverInterval has to be 100ms or more; 0 would switch redelivery off, and a crash would lose events.");
        }

        if (spec.Redis.ProcessingTimeout <= spec.Delivery.HandlerTimeout)
        {
            yield return ("spec.redis.processingTimeout", "redis.processingTimeout has to be longer than delivery.handlerTimeout; else an event is delivered again while it is being handled.");
        }
    }

    private static IEnumerable<(string Field, string Message)> Services(TodoPlatformSpec spec)
    {
        var apps = PlatformTopology.Of(spec);
        if (spec.Broker != "kafka" && apps.Any(a => a.UseDapr == false))
        {
            yield return ("spec.services", "services.*.useDapr: false needs broker: kafka, because the services' own client speaks only Kafka.");
        }

        if (apps.DistinctBy(a => a.AppId).Count() < apps.Count)
        {
            yield return ("spec.services", "services.*.appId: each service needs one of its own.");
        }

        if (apps.DistinctBy(a => a.Deployment).Count() < apps.Count)
        {
            yield return ("spec.services", "services.*.deployment: each service needs one of its own.");
        }
    }

    private static IEnumerable<(string Field, string Message)> Others(TodoPlatformSpec spec)
    {
        if (spec.Rollout.StepTimeout <= spec.Rollout.Soak)
        {
            yield return ("spec.rollout.stepTimeout", "rollout.stepTimeout has to be longer than rollout.soak, which is no progress either.");
        }

        if (spec.Rollout.StepTimeout <= spec.Rollout.Analysis.InitialDelay)
        {
            yield return ("spec.rollout.stepTimeout", "rollout.stepTimeout has to be longer than rollout.analysis.initialDelay, in which nothing can be judged.");
        }

        // Not a rule of the CRD: quantities cannot be compared in CEL before Kubernetes 1.29.
        if (Exceeds(spec.Sidecar.MemoryRequest, spec.Sidecar.MemoryLimit))
        {
            yield return ("spec.sidecar.memoryLimit", "sidecar.memoryLimit is below sidecar.memoryRequest; pods with such a sidecar are refused.");
        }

        if (Exceeds(spec.Sidecar.CpuRequest, spec.Sidecar.CpuLimit))
        {
            yield return ("spec.sidecar.cpuLimit", "sidecar.cpuLimit is below sidecar.cpuRequest; pods with such a sidecar are refused.");
        }
    }

    private static bool Exceeds(string request, string? limit) =>
        ResourceQuantity.TryParse(request, out var asked) && ResourceQuantity.TryParse(limit, out var most) && asked > most;
}

/// <summary>The spec as a whole makes sense.</summary>
public sealed class SpecCheck : IPreflightCheck
{
    /// <inheritdoc/>
    public string Name => "spec";

    /// <inheritdoc/>
    public Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var findings = Findings(SpecRules.Broken(context.Generation.Spec));
        return Task.FromResult(findings.Count == 0 ? [CheckResult.Passed(Name, "The fields fit together.")] : findings);
    }

    /// <summary>Name of the finding about a field.</summary>
    internal static string NameOf(string field) => $"spec/{field["spec.".Length..]}";

    /// <summary>One finding for each field.</summary>
    internal static IReadOnlyList<CheckResult> Findings(IEnumerable<(string Field, string Message)> broken) =>
        [.. broken.GroupBy(b => b.Field, StringComparer.Ordinal).Select(b => CheckResult.Failed(NameOf(b.Key), string.Join(" ", b.Select(r => r.Message))))];
}

using Todo.Operator.Resource;

namespace Todo.Operator.Preflight;

/// <summary>The CEL rules of the CRD once more, for API servers that do not evaluate them and resources that are older than a rule.</summary>
public static class SpecRules
{
    /// <summary>Path and message per broken rule.</summary>
    public static IReadOnlyList<(string Field, string Message)> Broken(TodoPlatformSpec spec)
    {
        List<(string, string)> broken = [];
        if (!spec.UseDapr && spec.Broker != "kafka")
        {
            broken.Add(("spec.broker", "useDapr: false needs broker: kafka, because the services' own client speaks only Kafka."));
        }

        if (spec is { Broker: "kafka", UseDapr: true, Kafka.Brokers.Count: 0 })
        {
            broken.Add(("spec.kafka.brokers", "broker: kafka with useDapr: true needs kafka.brokers, for example [\"kafka-1:9092\"]."));
        }

        if (spec.Broker == "redis" && string.IsNullOrEmpty(spec.Redis.Host))
        {
            broken.Add(("spec.redis.host", "broker: redis needs redis.host, for example \"redis:6379\"."));
        }

        ServiceSpec[] services = [spec.Services.Backend, spec.Services.Notification, spec.Services.EmailDelivery, spec.Services.RecurringTask];
        if (spec.Broker != "kafka" && Array.Exists(services, s => s.UseDapr == false))
        {
            broken.Add(("spec.services", "services.*.useDapr: false needs broker: kafka, because the services' own client speaks only Kafka."));
        }

        if (spec.Kafka.Auth == "password" && (spec.Kafka.Username is null || spec.Kafka.Password is null))
        {
            broken.Add(("spec.kafka", "kafka.auth: password needs kafka.username and kafka.password."));
        }

        if (spec.Kafka is { Tls: true, Auth: "none" })
        {
            broken.Add(("spec.kafka.tls", "kafka.tls: true needs kafka.auth: password or mtls; Dapr uses no TLS without authentication."));
        }

        return broken;
    }
}

/// <summary>The spec as a whole makes sense.</summary>
public sealed class SpecCheck : IPreflightCheck
{
    /// <inheritdoc/>
    public string Name => "spec";

    /// <inheritdoc/>
    public Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var broken = SpecRules.Broken(context.Generation.Spec);
        IReadOnlyList<CheckResult> results = broken.Count == 0
            ? [CheckResult.Passed(Name, "The fields fit together.")]
            : [.. broken.Select(b => CheckResult.Failed($"{Name}/{b.Field["spec.".Length..]}", b.Message))];
        return Task.FromResult(results);
    }
}

namespace Todo.Operator.Preflight.Dapr;

/// <summary>
/// Bulk delivery over Kafka: Dapr keeps one lock for all bulk topics and partitions of a Component, so one handler that fails stops every one of them (seen with Dapr 1.18.3). Over Redis, which has no
/// bulk of its own, nothing of the kind happens.
/// </summary>
public sealed class BulkCheck : IPreflightCheck
{
    /// <inheritdoc/>
    public string Name => "bulk";

    /// <inheritdoc/>
    public bool Applies(PreflightContext context) => context.Observed.Wanted is { AnyDapr: true, Broker.IsKafka: true };

    /// <inheritdoc/>
    public Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<CheckResult> results =
        [
            context.Generation.Spec.Delivery.Bulk.Enabled
                ? CheckResult.Warning(
                    Name,
                    "delivery.bulk is on: over Kafka one failing handler stops all topics of its service, because Dapr delivers them under one lock. Switch it off (spec.delivery.bulk.enabled: false) unless you have measured that you need it.")
                : CheckResult.Passed(Name, "Off, as it is by default."),
        ];
        return Task.FromResult(results);
    }
}

using Kubernetes.Client.Serialization;
using Todo.Operator.Resource;

namespace Todo.Operator.Preflight;

/// <summary>The bounds of the spec's durations once more (attributes DurationRange of the spec), for API servers that do not evaluate CEL and resources that are older than a bound.</summary>
internal static class SpecDurations
{
    /// <summary>Path and message per duration out of its bounds.</summary>
    public static IEnumerable<(string Field, string Message)> Broken(TodoPlatformSpec spec)
    {
        (string Field, TimeSpan Value, string Least, string Most)[] bounds =
        [
            ("redis.processingTimeout", spec.Redis.ProcessingTimeout, "1s", "1h"),
            ("redis.retention", spec.Redis.Retention, "1m", "8760h"),
            ("stateStore.cleanupInterval", spec.StateStore.CleanupInterval, "1s", "720h"),
            ("management.timeout", spec.Management.Timeout, "100ms", "1m"),
            ("delivery.backoff", spec.Delivery.Backoff, "10ms", "1m"),
            ("delivery.handlerTimeout", spec.Delivery.HandlerTimeout, "100ms", "10m"),
            ("delivery.bulk.maxAwait", spec.Delivery.Bulk.MaxAwait, "1ms", "1m"),
            ("sidecar.blockShutdown", spec.Sidecar.BlockShutdown, "0s", "10m"),
            ("sidecar.gracefulShutdown", spec.Sidecar.GracefulShutdown, "1s", "10m"),
            ("rollout.stepTimeout", spec.Rollout.StepTimeout, "1s", "168h"),
            ("rollout.soak", spec.Rollout.Soak, "0s", "24h"),
            ("rollout.analysis.interval", spec.Rollout.Analysis.Interval, "100ms", "1h"),
            ("rollout.analysis.initialDelay", spec.Rollout.Analysis.InitialDelay, "0s", "24h"),
            ("rollout.analysis.minLatencyIncrease", spec.Rollout.Analysis.MinLatencyIncrease, "0s", "1h"),
            ("drain.timeout", spec.Drain.Timeout, "1s", "168h"),
            ("drain.publishTimeout", spec.Drain.PublishTimeout, "100ms", "10m"),
            ("drain.hold", spec.Drain.Hold, "0s", "1h"),
        ];
        foreach (var (field, value, least, most) in bounds)
        {
            if (value < Read(least) || value > Read(most))
            {
                yield return ($"spec.{field}", $"Has to be from {least} to {most}.");
            }
        }

        if (spec.Sidecar.GracefulShutdown.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            yield return ("spec.sidecar.gracefulShutdown", "sidecar.gracefulShutdown is in whole seconds, for example 10s.");
        }
    }

    private static TimeSpan Read(string text) => DurationConverter.TryParse(text, out var value) ? value : throw new FormatException(text);
}

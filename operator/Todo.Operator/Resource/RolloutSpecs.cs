using Kubernetes.Operator.Crd.Attributes;

namespace Todo.Operator.Resource;

/// <summary>Pace and limits of a move.</summary>
[ValidationRule("duration(self.stepTimeout) > duration(self.soak)", "rollout.stepTimeout has to be longer than rollout.soak, which is no progress either.", FieldPath = ".stepTimeout")]
[ValidationRule(
    "duration(self.stepTimeout) > duration(self.analysis.initialDelay)",
    "rollout.stepTimeout has to be longer than rollout.analysis.initialDelay, in which nothing can be judged.",
    FieldPath = ".stepTimeout")]
public sealed record RolloutSpec
{
    /// <summary>How long a step may go without progress before the move has failed. Default 3m.</summary>
    [Default("3m")]
    [DurationRange("1s", "168h")]
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a moved publisher is watched before the next one. The default suits a trial; give production minutes. Default 2s.</summary>
    [Default("2s")]
    [DurationRange("0s", "24h")]
    public TimeSpan Soak { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>When the figures of a move are bad.</summary>
    [Default]
    public AnalysisSpec Analysis { get; init; } = new();

    /// <summary>What a failed move does: Rollback goes back to the last good transport by itself, Pause freezes. Default Rollback.</summary>
    [Default(FailurePolicy.Rollback)]
    public FailurePolicy OnFailure { get; init; } = FailurePolicy.Rollback;
}

/// <summary>What a failed move does.</summary>
public enum FailurePolicy
{
    /// <summary>Back to the last good transport.</summary>
    Rollback,

    /// <summary>Freeze.</summary>
    Pause,
}

/// <summary>Limits of the figures during a move, compared with those before it.</summary>
public sealed record AnalysisSpec
{
    /// <summary>Time between two measurements. Default 2s.</summary>
    [Default("2s")]
    [DurationRange("100ms", "1h")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long after a publisher's last new pod is ready nothing is measured, and no figure of that time counts: for services that are slow at first (caches, a
    /// consumer group that is handed over). Less than rollout.stepTimeout. Default 0s.
    /// </summary>
    [Default("0s")]
    [DurationRange("0s", "24h")]
    public TimeSpan InitialDelay { get; init; }

    /// <summary>Fewer events than this in the window say nothing: the verdict is Inconclusive, not Failed. Default 20.</summary>
    [Default(20)]
    [RangeMinimum(1)]
    [RangeMaximum(1000000)]
    public int MinEvents { get; init; } = 20;

    /// <summary>Failed attempts of all attempts, in percent. Default 5.</summary>
    [Default(5.0)]
    [RangeMinimum(0)]
    [RangeMaximum(100)]
    public double MaxFailurePercent { get; init; } = 5;

    /// <summary>The 95th percentile of sent to handled may rise to this multiple of the baseline. Default 2.</summary>
    [Default(2.0)]
    [RangeMinimum(1)]
    [RangeMaximum(1000)]
    public double MaxLatencyRatio { get; init; } = 2;

    /// <summary>... and must have risen by this much before it counts. Default 100ms.</summary>
    [Default("100ms")]
    [DurationRange("0s", "1h")]
    public TimeSpan MinLatencyIncrease { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Restarts during the move of one pod's containers, sidecar and application, that are accepted. Default 2.</summary>
    [Default(2)]
    [RangeMinimum(0)]
    [RangeMaximum(100)]
    public int MaxSidecarRestarts { get; init; } = 2;

    /// <summary>
    /// Failed measurements in a row after which the move has failed. The default is half a minute of bad figures: a consumer group that is handed over leaves a
    /// backlog that takes seconds to work off. Default 15.
    /// </summary>
    [Default(15)]
    [RangeMinimum(1)]
    [RangeMaximum(100)]
    public int FailureLimit { get; init; } = 15;

    /// <summary>Measurements in a row that could not be taken after which the move has failed. Default 30.</summary>
    [Default(30)]
    [RangeMinimum(1)]
    [RangeMaximum(1000)]
    public int ErrorLimit { get; init; } = 30;

    /// <summary>
    /// Measurements in a row with fewer than minEvents events, after which the move pauses until a person decides. Where traffic is quiet the operator adds probe events,
    /// so this happens only when those are not handled either. Default 15.
    /// </summary>
    [Default(15)]
    [RangeMinimum(1)]
    [RangeMaximum(1000)]
    public int InconclusiveLimit { get; init; } = 15;
}

/// <summary>When a broker that is left counts as empty.</summary>
public sealed record DrainSpec
{
    /// <summary>How long a drain may go without progress. Default 2m.</summary>
    [Default("2m")]
    [DurationRange("1s", "168h")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>What happens then: Replay sends the open events again over the target (handlers do everything once), Rollback gives the move up. Default Replay.</summary>
    [Default(DrainPolicy.Replay)]
    public DrainPolicy OnTimeout { get; init; } = DrainPolicy.Replay;

    /// <summary>How long a publish of the services may be under way; until then an event may still appear on the old broker. Default 5s.</summary>
    [Default("5s")]
    [DurationRange("100ms", "10m")]
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The broker has to stay empty for publishTimeout and this much more. Default 5s.</summary>
    [Default("5s")]
    [DurationRange("0s", "1h")]
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>What happens when a drain makes no progress.</summary>
public enum DrainPolicy
{
    /// <summary>Open events are sent again over the target.</summary>
    Replay,

    /// <summary>The move is given up.</summary>
    Rollback,
}

namespace Todo.Operator.Decisions;

/// <summary>Limits of a move, from <c>spec.rollout</c> and <c>spec.drain</c>.</summary>
public sealed record MoveOptions
{
    /// <summary>How long a step may take before the move is given up.</summary>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a moved publisher is watched before the next one.</summary>
    public TimeSpan Soak { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After how long a probe that has not come back in the right way is sent anew.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a publish may be under way: until then an event may still appear on the old broker.</summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Margin on top of the publish timeout.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a drain may go without progress.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Send open events again over the target when a drain makes no progress; else roll back.</summary>
    public bool ReplayOnDrainTimeout { get; init; } = true;

    /// <summary>Roll back a failed move; else freeze it.</summary>
    public bool RollbackOnFailure { get; init; } = true;

    /// <summary>Limits of the analysis.</summary>
    public AnalysisLimits Analysis { get; init; } = new();
}

/// <summary>When the figures of a move are bad.</summary>
public sealed record AnalysisLimits
{
    /// <summary>Time between two measurements.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long after the last new pod is ready nothing is measured.</summary>
    public TimeSpan InitialDelay { get; init; }

    /// <summary>Fewer handled events than this in the window say nothing.</summary>
    public int MinEvents { get; init; } = 20;

    /// <summary>Failed attempts of all attempts, in percent.</summary>
    public double MaxFailurePercent { get; init; } = 5;

    /// <summary>p95 may rise to this multiple of the baseline.</summary>
    public double MaxLatencyRatio { get; init; } = 2;

    /// <summary>... and must have risen by this much before it counts.</summary>
    public TimeSpan MinLatencyIncrease { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Restarts of a sidecar in a pod of the present template.</summary>
    public int MaxSidecarRestarts { get; init; } = 2;

    /// <summary>This many failed measurements in a row end the move.</summary>
    public int FailureLimit { get; init; } = 15;

    /// <summary>This many measurements in a row that could not be taken end the move.</summary>
    public int ErrorLimit { get; init; } = 30;

    /// <summary>This many measurements in a row with too few events, probes included, pause the move.</summary>
    public int InconclusiveLimit { get; init; } = 15;

    /// <summary>An event that waits longer than this, and is not followed by a younger one, is stuck.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(15);
}

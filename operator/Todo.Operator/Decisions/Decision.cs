namespace Todo.Operator.Decisions;

/// <summary>The state in one word, for people.</summary>
public enum Phase
{
    /// <summary>Not looked at yet.</summary>
    Pending,

    /// <summary>Checks are being made, or have failed.</summary>
    Preflight,

    /// <summary>Dapr resources are being generated.</summary>
    Preparing,

    /// <summary>Services move between the direct client and Dapr.</summary>
    Migrating,

    /// <summary>The broker is being changed.</summary>
    Swapping,

    /// <summary>The target is reached and something about it is being put right.</summary>
    Reconfiguring,

    /// <summary>Everything is as the spec asks.</summary>
    Migrated,

    /// <summary>The way back to the last good transport.</summary>
    RollingBack,

    /// <summary>Back on the last good transport.</summary>
    RolledBack,

    /// <summary>Frozen on request or after a failure.</summary>
    Paused,

    /// <summary>Something is wrong that the operator cannot mend by itself.</summary>
    Degraded,

    /// <summary>The resource is being deleted.</summary>
    Deleting,
}

/// <summary>The gates of a move, in their order.</summary>
public enum Stage
{
    /// <summary>Checks before anything is changed.</summary>
    Preflight,

    /// <summary>Pods that were started with an older content of a Secret are started anew.</summary>
    Rotation,

    /// <summary>Generated resources exist and running sidecars have loaded them.</summary>
    Prepare,

    /// <summary>Sidecars on, flags off, one Deployment at a time.</summary>
    Sidecars,

    /// <summary>Every consumer listens on the target.</summary>
    Consumers,

    /// <summary>A probe event came through.</summary>
    Probe,

    /// <summary>Publishers move, one Deployment at a time.</summary>
    Publishers,

    /// <summary>The notification service's job.</summary>
    Jobs,

    /// <summary>The old broker runs empty.</summary>
    Drain,

    /// <summary>What is no longer needed goes.</summary>
    Retire,

    /// <summary>Nothing left to do.</summary>
    Done,
}

/// <summary>What to do now, and what to say about it.</summary>
public sealed record Decision
{
    /// <summary>For people.</summary>
    public required Phase Phase { get; init; }

    /// <summary>The first gate that is not passed.</summary>
    public required Stage Stage { get; init; }

    /// <summary>What is being done or waited for.</summary>
    public required string Message { get; init; }

    /// <summary>How many of <see cref="Total"/> have passed this gate.</summary>
    public int Done { get; init; }

    /// <summary>Services (or objects) that have to pass this gate.</summary>
    public int Total { get; init; }

    /// <summary>What to do.</summary>
    public IReadOnlyList<PlatformAction> Actions { get; init; } = [];

    /// <summary>What status shall remember from now on.</summary>
    public required MoveMemory Memory { get; init; }

    /// <summary>
    /// The memory has to be in status before anything else is done: a move has just been begun (or given up), or an app's turn has come, and a stale leader
    /// finds out by losing the race for this write.
    /// </summary>
    public bool PersistFirst { get; init; }

    /// <summary>Something is awaited that no watch tells: look again soon.</summary>
    public bool Awaiting { get; init; }

    /// <summary><c>3/4</c>.</summary>
    public string Progress => $"{Done}/{Total}";
}

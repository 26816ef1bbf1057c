namespace LocalCluster.Node.Pods;

/// <summary>One of the three states a container can be in.</summary>
internal abstract record ContainerState
{
    /// <summary>Not running, and why.</summary>
    public sealed record Waiting(string Reason, string? Message = null) : ContainerState;

    /// <summary>Running.</summary>
    public sealed record Running(DateTimeOffset StartedAt) : ContainerState;

    /// <summary>Ended; the exit code is 128 + signal for one that was killed.</summary>
    public sealed record Terminated(int ExitCode, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string ContainerId, string? Message = null) : ContainerState
    {
        /// <summary>Completed or Error.</summary>
        public string Reason => ExitCode == 0 ? "Completed" : "Error";
    }
}

/// <summary>What is known of a container at one moment.</summary>
internal sealed record ContainerSnapshot(string Name, string Image, ContainerState State)
{
    /// <summary>How the run before ended.</summary>
    public ContainerState.Terminated? Last { get; init; }

    /// <summary>Runs before this one.</summary>
    public int RestartCount { get; init; }

    /// <summary>Takes traffic.</summary>
    public bool Ready { get; init; }

    /// <summary>Its startup probe, if any, has succeeded.</summary>
    public bool Started { get; init; }

    /// <summary><c>process://PID</c> of the current or last run.</summary>
    public string? ContainerId { get; init; }
}

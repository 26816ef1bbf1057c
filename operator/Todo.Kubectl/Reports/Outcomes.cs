using Kubernetes.Client.Entities;
using Todo.Operator.Decisions;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Reports;

/// <summary>How a move stands for whoever waits for its end.</summary>
internal enum Outcome
{
    /// <summary>Not ended, or the operator has not looked at the newest spec yet.</summary>
    UnderWay,

    /// <summary>Everything is as the spec asks.</summary>
    Migrated,

    /// <summary>Back on the last good transport.</summary>
    RolledBack,

    /// <summary>The operator cannot mend it by itself.</summary>
    Degraded,

    /// <summary>It goes on when a person says so.</summary>
    Paused,
}

/// <summary>Reads outcomes.</summary>
internal static class Outcomes
{
    /// <summary>Whether the status is about the newest spec.</summary>
    public static bool IsCurrent(V1Alpha1TodoPlatform platform) => platform.Status?.ObservedGeneration == platform.Generation();

    /// <summary>The outcome of the newest spec.</summary>
    public static Outcome Of(V1Alpha1TodoPlatform platform) => !IsCurrent(platform) ? Outcome.UnderWay : platform.Status?.Phase switch
    {
        nameof(Phase.Migrated) => Outcome.Migrated,
        nameof(Phase.RolledBack) => Outcome.RolledBack,
        nameof(Phase.Degraded) => Outcome.Degraded,
        nameof(Phase.Paused) => Outcome.Paused,
        _ => Outcome.UnderWay,
    };
}

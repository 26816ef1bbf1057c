using Todo.Operator.Decisions;
using Todo.Operator.Resource;

namespace Todo.Operator.Controllers;

/// <summary>Limits of a move from the spec.</summary>
internal static class OptionsMapper
{
    public static MoveOptions Read(TodoPlatformSpec spec) => new()
    {
        StepTimeout = spec.Rollout.StepTimeout,
        Soak = spec.Rollout.Soak,
        PublishTimeout = spec.Drain.PublishTimeout,
        Hold = spec.Drain.Hold,
        DrainTimeout = spec.Drain.Timeout,
        ReplayOnDrainTimeout = spec.Drain.OnTimeout == DrainPolicy.Replay,
        RollbackOnFailure = spec.Rollout.OnFailure == FailurePolicy.Rollback,
        Analysis = new AnalysisLimits
        {
            Interval = spec.Rollout.Analysis.Interval,
            InitialDelay = spec.Rollout.Analysis.InitialDelay,
            MinEvents = spec.Rollout.Analysis.MinEvents,
            MaxFailurePercent = spec.Rollout.Analysis.MaxFailurePercent,
            MaxLatencyRatio = spec.Rollout.Analysis.MaxLatencyRatio,
            MinLatencyIncrease = spec.Rollout.Analysis.MinLatencyIncrease,
            MaxSidecarRestarts = spec.Rollout.Analysis.MaxSidecarRestarts,
            FailureLimit = spec.Rollout.Analysis.FailureLimit,
            ErrorLimit = spec.Rollout.Analysis.ErrorLimit,
            InconclusiveLimit = spec.Rollout.Analysis.InconclusiveLimit,
        },
    };
}

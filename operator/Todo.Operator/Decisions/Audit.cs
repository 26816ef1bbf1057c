using Todo.Operator.Topology;

namespace Todo.Operator.Decisions;

/// <summary>Whether a finished move still stands, judged by the caches alone: a settled platform is not asked anything.</summary>
public static class Audit
{
    /// <summary>Every template and every generated object is as the last move left it.</summary>
    public static bool Stands(Observed observed)
    {
        var memory = observed.Memory;
        if (memory.FinishedAt is null || memory.Target is not { } goal)
        {
            return false;
        }

        var (target, reason) = Targets.Choose(observed, memory);
        return target.Equals(goal) && reason == memory.Reason
            && observed.Services.All(s => Fits(observed, goal, s))
            && Rotation.Changed(observed, memory).Count == 0
            && observed.Objects.All(o => o.Key.IsNeededFor(goal) && o is { Current: true, Deleting: false })
            && observed.Generated.Where(k => k.IsNeededFor(goal)).All(k => observed.Objects.Any(o => o.Key == k));
    }

    /// <summary>A finished move stands but for what the spec now wants to look different: policies, stores, sidecars.</summary>
    public static bool IsEdited(Observed observed) =>
        observed.Memory is { FinishedAt: not null, Target: { } goal }
        && (observed.Objects.Any(o => o.Key.IsNeededFor(goal) && o is { Current: false, Deleting: false })
            || observed.Services.Any(s => s.Deployment is { AnnotationsCurrent: false }));

    private static bool Fits(Observed observed, Goal goal, ServiceView service)
    {
        var dapr = goal.ThroughDapr(service.Id);
        return service.Deployment is { AnnotationsCurrent: true } deployment
            && deployment.Template == new TemplateFlags(dapr, dapr ? observed.Names.Component(goal.Broker, service.App.AppId) : null, !dapr);
    }
}

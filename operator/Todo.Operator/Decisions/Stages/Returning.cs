using Todo.Operator.Topology;

namespace Todo.Operator.Decisions.Stages;

/// <summary>The app that was edited last is back, for as long as a moved publisher is watched, with everything that it had.</summary>
internal static class Returning
{
    public static Gate? Wait(Turn turn, Stage stage, int done, int total)
    {
        if (turn.Memory.Edited is not { } edited)
        {
            return null;
        }

        var s = turn.Situation;
        var service = s.Services.FirstOrDefault(v => v.App.AppId == edited.Name);
        if (service is not null && (turn.Now - edited.Since < turn.Observed.Options.Soak || !IsBack(turn, service)))
        {
            var (what, container) = service.Template.Sidecar ? ("sidecars", "daprd") : ("pods", service.App.Container);
            return Gate.Wait(stage, $"{service.App.Deployment}: waiting for its {what} to come back with the new settings.", done, total) with
            {
                Fault = new Fault(Failure.StepTimeout, $"kubectl logs deployment/{service.App.Deployment} -c {container}."),
            };
        }

        turn.Memory = turn.Memory with { Edited = null };
        return null;
    }

    private static bool IsBack(Turn turn, ServiceView service) =>
        service.Converged
        && service.Serving.All(p => p.Report.IsKnown && (p.ReadySince is null || turn.Now - p.ReadySince >= turn.Observed.Options.Soak))
        && (!service.Template.Sidecar || service.Deployment is { Replicas: 0 } || HasLoaded(turn.Situation, service));

    private static bool HasLoaded(Situation s, ServiceView service)
    {
        var brokers = s.Observed.Brokers.Where(b => s.Keys(service.Id, GeneratedKind.Component, b).Any(k => s.Existing(k) is { Deleting: false }));
        return brokers.All(b => s.ComponentLoaded(service, b) == true && (!HasSubscriptions(s, service, b) || s.SubscriptionsLoaded(service, b) == true));
    }

    /// <summary>Where some are missing, an operator ended while it made them: a later stage makes the rest, and waits for all.</summary>
    private static bool HasSubscriptions(Situation s, ServiceView service, Broker broker) =>
        s.Keys(service.Id, GeneratedKind.Subscription, broker).All(k => s.Existing(k) is { Deleting: false });
}

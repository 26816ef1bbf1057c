using Todo.Operator.Topology;

namespace Todo.Operator.Decisions.Stages;

/// <summary>
/// One app at a time: the next one's turn comes when the one before is back, for as long as a moved publisher is watched, with everything that it had. Whose turn it is stands in status
/// before anything is done, so that an operator which takes over at that moment does not begin with another app.
/// </summary>
internal static class Returning
{
    public static Gate? Wait(Turn turn, Stage stage, int done, int total)
    {
        if (turn.Memory.Edited is not { } edited)
        {
            return null;
        }

        // Whoever did it ended, or was overtaken, before it was noted.
        var at = edited.At ?? turn.Now;
        var s = turn.Situation;
        var service = s.Services.FirstOrDefault(v => v.App.AppId == edited.App);
        if (service is not null && (turn.Now - at < turn.Observed.Options.Soak || !IsBack(turn, service)))
        {
            turn.Memory = turn.Memory with { Edited = edited with { At = at } };
            var (what, container) = service.Template.Sidecar ? ("sidecars", "daprd") : ("pods", service.App.Container);
            return Gate.Wait(stage, $"{service.App.Deployment}: waiting for its {what} to come back with the new settings.", done, total) with
            {
                Fault = new Fault(Failure.StepTimeout, $"kubectl logs deployment/{service.App.Deployment} -c {container}."),
            };
        }

        turn.Memory = turn.Memory with { Edited = null };
        return null;
    }

    /// <summary>The app whose turn is noted, and nothing about its being done; null: none.</summary>
    public static string? Announced(Turn turn) => turn.Memory.Edited is { At: null } edited ? edited.App : null;

    /// <summary>The app that goes first in whatever state it is: the one that is announced, or whose turn came before this move began, as what is wished now may be what brings it back; null: none.</summary>
    public static string? Urgent(Turn turn) =>
        Announced(turn) ?? (turn.Memory.Edited is { At: { } at } edited && at < turn.Memory.StartedAt ? edited.App : null);

    /// <summary>Does to an app what the gate says, once it is noted that its turn has come.</summary>
    public static Gate Take(Turn turn, ServiceView service, Gate gate)
    {
        var app = service.App.AppId;
        var isNoted = Announced(turn) == app;
        turn.Memory = turn.Memory with { Edited = new Edit(app, isNoted ? turn.Now : null) };
        return isNoted ? gate : gate with { Actions = [], PersistFirst = true };
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

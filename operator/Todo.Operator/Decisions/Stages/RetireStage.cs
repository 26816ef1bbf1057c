using Todo.Operator.Topology;

namespace Todo.Operator.Decisions.Stages;

/// <summary>
/// What is no longer needed goes, in the order in which nothing that is left depends on it: Subscriptions, direct consumers,
/// sidecars, Components. Topics, streams and groups stay: they are the way back.
/// </summary>
internal static class RetireStage
{
    public static Gate? Evaluate(Turn turn)
    {
        var s = turn.Situation;
        return Bad(turn)
            ?? Subscriptions(s)
            ?? DirectConsumers(turn)
            ?? Sidecars(turn)
            ?? Objects(s)
            ?? Terminating(s);
    }

    /// <summary>As long as the figures are bad, the way back stays as short as it is; they get better, or end the move.</summary>
    private static Gate? Bad(Turn turn) =>
        turn.Memory is { Reason: MoveReason.Spec, FinishedAt: null, Analysis: { Verdict: Verdict.Failed, Message: var message } }
            ? Gate.Wait(Stage.Drain, $"Keeping what is left behind while the figures are bad: {message}", 1, 1)
            : null;

    private static Gate? Subscriptions(Situation s)
    {
        var old = s.Observed.Objects.Where(o => o.Key.Kind == GeneratedKind.Subscription && !o.Key.IsNeededFor(s.Goal)).ToList();
        if (old.Count == 0)
        {
            return null;
        }

        return Gate.Act(
            Stage.Retire,
            $"Removing {old.Count} Subscriptions on {Brokers(old)}.",
            [.. old.Where(o => !o.Deleting).Select(o => new DeleteObject(o.Key, o.Uid))],
            0,
            old.Count);
    }

    private static Gate? DirectConsumers(Turn turn)
    {
        var s = turn.Situation;
        return s.SharesLogWithDirect
            ? null
            : turn.Roll(Stage.Retire, [.. s.Consumers.Select(c => (c, c.Template with { ConsumesDirect = false }))]);
    }

    private static Gate? Sidecars(Turn turn)
    {
        var s = turn.Situation;
        return turn.Roll(Stage.Retire, [.. s.Services.Where(v => !s.Goal.ThroughDapr(v.Id)).Select(v => (v, v.Template with { Sidecar = false }))]);
    }

    private static Gate? Objects(Situation s)
    {
        var old = s.Observed.Objects.Where(o => !o.Key.IsNeededFor(s.Goal)).ToList();
        if (old.Count == 0)
        {
            return null;
        }

        // A pod on its way out still finishes its work through its Component.
        var blocked = s.Services.FirstOrDefault(v => old.Exists(o => o.Key.App == v.Id) && !v.Settled);
        if (blocked is not null)
        {
            return Gate.Wait(Stage.Retire, $"Waiting for the last old pod of {blocked.App.Deployment}.", 0, old.Count);
        }

        var loaded = s.Services.FirstOrDefault(v => v.Template.Sidecar && old.Exists(o => o.Key.App == v.Id && o.Key.Broker is { } b && s.SubscriptionsUnloaded(v, b) != true));
        if (loaded is not null)
        {
            return Gate.Wait(Stage.Retire, $"The sidecar of {loaded.App.Deployment} still holds Subscriptions on {Brokers([.. old.Where(o => o.Key.App == loaded.Id)])}.", 0, old.Count);
        }

        return Gate.Act(
            Stage.Retire,
            $"Removing {old.Count} Dapr resources.",
            [.. old.Where(o => !o.Deleting).Select(o => new DeleteObject(o.Key, o.Uid))],
            0,
            old.Count);
    }

    private static Gate? Terminating(Situation s)
    {
        var unsettled = s.Services.Where(v => !v.Settled).ToList();
        return unsettled.Count == 0
            ? null
            : Gate.Wait(Stage.Retire, $"Waiting for the last old pod of {unsettled[0].App.Deployment}.", s.Services.Count - unsettled.Count, s.Services.Count);
    }

    private static string Brokers(List<ExistingObject> objects) =>
        string.Join(" and ", objects.Select(o => o.Key.Broker).OfType<Broker>().Distinct().Order().Select(b => b.Name()));
}

using Todo.Operator.Topology;

namespace Todo.Operator.Decisions.Stages;

/// <summary>
/// Every consumer listens on the goal's broker in the goal's way. Over another broker that is a second subscription beside the
/// first. Over the Kafka that direct clients use too the group's partitions are handed over, one consumer at a time: both kinds of member share the
/// group while it lasts, so there is no moment without a consumer and no offset is lost.
/// </summary>
internal static class ConsumerStage
{
    public static Gate? Evaluate(Turn turn)
    {
        var s = turn.Situation;
        var consumers = s.Consumers.ToList();
        if (Abandoned(turn) is { } gate)
        {
            return gate;
        }

        return s.SharesLogWithDirect ? HandOver(turn, consumers) : DualSubscribe(turn, consumers);
    }

    /// <summary>The same log before and after: one consumer at a time, so that its group never rebalances more than it has to.</summary>
    private static Gate? HandOver(Turn turn, List<ServiceView> consumers)
    {
        for (var done = 0; done < consumers.Count; done++)
        {
            var consumer = consumers[done];
            if ((turn.Goal.ThroughDapr(consumer.Id) ? IntoDapr(turn, consumer, done) : OutOfDapr(turn, consumer, done)) is { } gate)
            {
                return gate;
            }
        }

        return null;
    }

    /// <summary>Another log: a second subscription disturbs nobody, so all are made at once.</summary>
    private static Gate? DualSubscribe(Turn turn, List<ServiceView> consumers)
    {
        var gates = consumers.Select(c => Subscribe(turn, c, turn.Goal.Broker, 0) ?? Listeners.Missing(turn, c, 0)).OfType<Gate>().ToList();
        var acting = gates.Where(g => g.Actions.Count > 0).ToList();
        return gates.Count == 0
            ? null
            : (acting.Count > 0 ? acting[0] with { Actions = [.. acting.SelectMany(g => g.Actions)] } : gates[0]) with { Done = consumers.Count - gates.Count };
    }

    /// <summary>
    /// Events may be (or still come to be) in flight on the broker that is left although a consumer has stopped listening there:
    /// a late publish, somebody's edit, a change of mind. It gets its Subscriptions back.
    /// </summary>
    private static Gate? Abandoned(Turn turn)
    {
        var s = turn.Situation;
        foreach (var other in s.Others.Where(s.MustListen))
        {
            foreach (var consumer in s.Consumers.Where(c => c.Template.Sidecar && !(other == turn.Observed.Names.Direct && c.Template.ConsumesDirect)))
            {
                var component = s.Keys(consumer.Id, GeneratedKind.Component, other).Where(k => s.Existing(k) is null);
                var subscriptions = s.Keys(consumer.Id, GeneratedKind.Subscription, other).Where(k => s.Existing(k) is null);
                List<PlatformAction> create = [.. component.Concat(subscriptions).Select(k => new ApplyObject(k))];
                if (create.Count > 0)
                {
                    return Gate.Act(Stage.Consumers, $"{consumer.App.AppId} listens on {other.Name()} again: events are still there.", create, 0, s.Consumers.Count());
                }
            }
        }

        return null;
    }

    private static Gate? IntoDapr(Turn turn, ServiceView consumer, int done)
    {
        var s = turn.Situation;
        var broker = s.Goal.Broker;
        if (Subscribe(turn, consumer, broker, done) is { } gate)
        {
            return gate;
        }

        // The same log: once the sidecar is a member of the group, the direct one leaves it.
        if (consumer.Template.ConsumesDirect)
        {
            return Listeners.NotJoined(turn, consumer, done) ?? turn.Roll(Stage.Consumers, [(consumer, consumer.Template with { ConsumesDirect = false })])! with { Done = done, Total = s.Consumers.Count() };
        }

        return consumer.Serving.Any() && consumer.Serving.All(p => !p.Flags.ConsumesDirect)
            ? Listeners.Missing(turn, consumer, done)
            : Gate.Wait(Stage.Consumers, $"{consumer.App.AppId}: its direct consumer is still there.", done, s.Consumers.Count());
    }

    private static Gate? Subscribe(Turn turn, ServiceView consumer, Broker broker, int done)
    {
        var s = turn.Situation;
        var total = s.Consumers.Count();
        var keys = s.Keys(consumer.Id, GeneratedKind.Subscription, broker).ToList();
        if (keys.Exists(k => s.Existing(k) is { Deleting: true }))
        {
            return Gate.Wait(Stage.Consumers, $"{consumer.App.AppId}: an old Subscription is still going.", done, total);
        }

        // Never edited: an edited Kafka Subscription silently stops. Deleted first, created when it is gone.
        var stale = keys.Where(k => s.Existing(k) is { Current: false }).ToList();
        if (stale.Count > 0)
        {
            return Gate.Act(Stage.Consumers, $"{consumer.App.AppId}: replacing {stale.Count} Subscriptions.", [.. stale.Select(k => new DeleteObject(k, s.Existing(k)!.Uid))], done, total);
        }

        var missing = keys.Where(k => s.Existing(k) is null).ToList();
        if (missing.Count > 0)
        {
            return s.SubscriptionsUnloaded(consumer, broker) == false && missing.Count == keys.Count
                ? Gate.Wait(Stage.Consumers, $"{consumer.App.AppId}: its sidecar still holds the old Subscriptions.", done, total)
                : Gate.Act(Stage.Consumers, $"{consumer.App.AppId} subscribes on {broker.Name()}.", [.. missing.Select(k => new ApplyObject(k))], done, total);
        }

        return s.SubscriptionsLoaded(consumer, broker) == true
            ? null
            : Gate.Wait(Stage.Consumers, $"{consumer.App.AppId}: waiting for its sidecar to take up the Subscriptions.", done, total);
    }

    private static Gate? OutOfDapr(Turn turn, ServiceView consumer, int done)
    {
        var s = turn.Situation;
        var total = s.Consumers.Count();
        if (!consumer.Template.ConsumesDirect)
        {
            return turn.Roll(Stage.Consumers, [(consumer, consumer.Template with { ConsumesDirect = true })])! with { Done = done, Total = total };
        }

        if (s.ListensDirect(consumer) != true)
        {
            return Gate.Wait(Stage.Consumers, $"{consumer.App.AppId}: waiting for its direct consumer.", done, total);
        }

        // Only now: with the direct member in the group, the sidecar's may leave it.
        var old = s.Keys(consumer.Id, GeneratedKind.Subscription, s.Goal.Broker).Select(s.Existing).OfType<ExistingObject>().ToList();
        if (old.Exists(o => !o.Deleting))
        {
            return Listeners.NotJoined(turn, consumer, done) ?? Gate.Act(
                Stage.Consumers,
                $"{consumer.App.AppId} leaves the sidecar's subscriptions.",
                [.. old.Where(o => !o.Deleting).Select(o => new DeleteObject(o.Key, o.Uid))],
                done,
                total);
        }

        return old.Count > 0 || s.SubscriptionsUnloaded(consumer, s.Goal.Broker) == false
            ? Gate.Wait(Stage.Consumers, $"{consumer.App.AppId}: its sidecar still holds its Subscriptions.", done, total)
            : Listeners.Missing(turn, consumer, done);
    }
}

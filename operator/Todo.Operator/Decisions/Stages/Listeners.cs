using Todo.Operator.Topology;

namespace Todo.Operator.Decisions.Stages;

/// <summary>
/// The broker's word for it that consumers listen. Sidecars tell what they were told to listen to, and a Subscription can stop without a sign; a probe goes through one
/// partition of a topic and says nothing of the others. A broker that cannot be asked holds nobody up: the probe is the proof that is always had.
/// </summary>
internal static class Listeners
{
    /// <summary>Nobody has a part of what the consumer shall hear, or in a hand-over somebody of the kind that leaves is still in the group.</summary>
    public static Gate? Missing(Turn turn, ServiceView consumer, int done)
    {
        if (Unasked(turn, done) is { } asking)
        {
            return asking;
        }

        if (Of(turn, consumer) is not { } found)
        {
            return null;
        }

        var topics = Topics(turn, consumer);
        var known = found.Topics.Where(t => topics.Contains(t.Topic)).ToList();
        if (known.Find(t => !t.HasGroup) is { } bare)
        {
            return Wait(turn, consumer, found, $"nobody has made its consumer group {found.Group} on stream {bare.Topic}.", done);
        }

        if (known.Find(t => t.Unassigned.Count > 0) is { } part)
        {
            return Wait(turn, consumer, found, $"{Name(found)} has no member for {Partitions(part.Unassigned)} of {part.Topic}.", done);
        }

        // Whoever of the old kind is left does no harm, and on the way back time counts.
        var left = IsThroughDapr(turn, consumer) ? found.Clients : found.Sidecars;
        return left > 0 && turn.Situation.SharesLogWithDirect && !turn.RollingBack
            ? Wait(turn, consumer, found, $"{Name(found)} still has {left} {(left == 1 ? "member" : "members")} of the kind that leaves it.", done)
            : null;
    }

    /// <summary>In a hand-over: no member of the kind that comes is in the group yet, so those who are in it must stay.</summary>
    public static Gate? NotJoined(Turn turn, ServiceView consumer, int done) =>
        Unasked(turn, done) is { } asking ? asking
        : Of(turn, consumer) is { State: not null } found && (found.State != Membership.Stable || (IsThroughDapr(turn, consumer) ? found.Sidecars : found.Clients) == 0)
            ? Wait(turn, consumer, found, $"{Name(found)} has no member yet that is {(IsThroughDapr(turn, consumer) ? "a sidecar" : "its own client")}.", done)
            : null;

    /// <summary>What is to be said of the proof when the broker had no part in it.</summary>
    public static string Note(Turn turn) =>
        turn.Observed.Memberships is { IsKnown: false } silent ? $" {turn.Goal.Broker.Name()} itself could not be asked who listens ({silent.Why}): the probe alone counts." : string.Empty;

    /// <summary>It is asked at the look after the one that has come to this stage: an operator that has just taken over must not take that for leave to go on.</summary>
    private static Gate? Unasked(Turn turn, int done) => !turn.Memory.Proven && turn.Observed.Memberships is null
        ? Gate.Wait(Stage.Consumers, $"Asking {turn.Goal.Broker.Name()} who listens.", done, turn.Situation.Consumers.Count())
        : null;

    private static Membership? Of(Turn turn, ServiceView consumer) =>
        !turn.Memory.Proven && turn.Observed.Memberships is { IsKnown: true } answer ? answer.Value!.GetValueOrDefault(consumer.Id) : null;

    private static bool IsThroughDapr(Turn turn, ServiceView consumer) => turn.Goal.ThroughDapr(consumer.Id);

    /// <summary>A sidecar listens to the dead letters too.</summary>
    private static List<string> Topics(Turn turn, ServiceView consumer) => IsThroughDapr(turn, consumer)
        ? [.. turn.Situation.Keys(consumer.Id, GeneratedKind.Subscription, turn.Goal.Broker).Select(k => k.Topic).OfType<string>()]
        : [.. consumer.App.Consumes];

    private static string Name(Membership found) => $"consumer group {found.Group}{(found.State == Membership.Stable ? string.Empty : $" ({found.State})")}";

    private static string Partitions(IReadOnlyList<int> partitions) => $"{(partitions.Count == 1 ? "partition" : "partitions")} {string.Join(", ", partitions)}";

    private static Gate Wait(Turn turn, ServiceView consumer, Membership found, string what, int done)
    {
        var container = IsThroughDapr(turn, consumer) ? "daprd" : consumer.App.Container;
        var broker = found.State is null ? "XINFO GROUPS" : $"kafka-consumer-groups.sh --describe --group {found.Group}";
        return Gate.Wait(Stage.Consumers, $"{consumer.App.AppId}: {what}", done, turn.Situation.Consumers.Count()) with
        {
            Fault = new Fault(Failure.ListenerMissing, $"{broker} at {turn.Goal.Broker.Name()}, and kubectl logs deployment/{consumer.App.Deployment} -c {container}."),
        };
    }
}

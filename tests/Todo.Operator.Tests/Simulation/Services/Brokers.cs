using Todo.Operator.Decisions;
using Todo.Operator.Resource;
using Todo.Operator.Tests.Simulation.Nodes;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.Services;

/// <summary>What lies between publishers and consumers: per broker and consumer group a log and how far it was read. A Kafka group stands still while its members change.</summary>
internal sealed class Brokers(Kubelet kubelet, Sidecars sidecars, Weather weather, IReadOnlyList<AppDefinition> apps, Random random)
{
    private const int EventsPerTick = 4;
    private const int Partitions = 3;
    private static readonly IReadOnlyList<AppDefinition> Apps = PlatformTopology.Of(new TodoPlatformSpec());

    private readonly Dictionary<(Broker Broker, string Consumer), Group> _groups = [];

    /// <summary>Events that arrived at a consumer that had handled them before.</summary>
    public int Suppressed { get; private set; }

    public static Broker Of(string transport) => new Names("todo").TransportOf(transport, Apps)!.Value.Broker;

    /// <summary>What a broker says when it is asked: deliveries that a group has not read yet. Null: it does not answer.</summary>
    public long? Backlog(Broker broker) => weather.Down == broker ? null : _groups.Where(g => g.Key.Broker == broker).Sum(g => (long)g.Value.Waiting.Count);

    public void Append(Broker broker, EventRecord sent)
    {
        foreach (var delivery in sent.Deliveries)
        {
            GroupOf(broker, delivery.Consumer).Waiting.Enqueue((sent, delivery));
        }
    }

    /// <summary>Read and written positions of a group on Kafka.</summary>
    public (long Committed, long End) Positions(string consumer)
    {
        var group = GroupOf(Broker.Kafka, consumer);
        return (group.Read, group.Read + group.Waiting.Count);
    }

    /// <summary>Groups in which something waits that was not sent again another way.</summary>
    public IEnumerable<(Broker Broker, AppDefinition Consumer)> Waiting() =>
        _groups.Where(g => g.Value.Waiting.Any(w => w.Delivery.Effects == 0 && w.Event.SentVia is { } via && Of(via) == g.Key.Broker))
            .Select(g => (g.Key.Broker, apps.First(a => a.AppId == g.Key.Consumer)));

    /// <summary>Every group with members reads on.</summary>
    /// <param name="now">The time.</param>
    /// <param name="handled">Told of each attempt and whether it succeeded.</param>
    public void Deliver(DateTimeOffset now, Action<EventRecord, bool> handled)
    {
        foreach (var ((broker, consumer), group) in _groups)
        {
            var app = apps.First(a => a.AppId == consumer);
            Rebalance(broker, app, group, now);
            List<string> members = weather.Unread == broker || weather.Down == broker ? [] : [.. kubelet.Of(app.Id).SelectMany(p => sidecars.Paths(p, broker))];
            for (var i = 0; i < EventsPerTick && members.Count > 0 && group.StandsUntil <= now && group.Waiting.Count > 0; i++)
            {
                Deliver(group, members[random.Next(members.Count)], broker, handled);
            }
        }
    }

    /// <summary>Who is in a consumer's group, when the operator asks; null: the broker does not answer.</summary>
    public IReadOnlyDictionary<ServiceId, Membership>? Memberships(Broker broker, DateTimeOffset now) =>
        weather.Down == broker ? null : apps.Where(a => a.IsConsumer).ToDictionary(a => a.Id, a => Membership(broker, a, now));

    private Membership Membership(Broker broker, AppDefinition app, DateTimeOffset now)
    {
        var group = GroupOf(broker, app.AppId);
        var members = Rebalance(broker, app, group, now);
        if (!broker.IsKafka)
        {
            return new Membership(app.AppId, State: null, [.. app.Consumes.Select(t => new TopicMembers(t, members.Count > 0, []))]);
        }

        var stands = members.Count == 0 || group.StandsUntil > now;
        var unassigned = Enumerable.Range(0, Partitions).Where(p => stands || (weather.Unmanned == broker && p == Partitions - 1)).ToList();
        var known = stands ? 0 : members.Count(m => m.Via != Transport.DirectName);
        return new Membership(app.ConsumerGroup!, members.Count == 0 ? "Empty" : stands ? "PreparingRebalance" : "Stable", [.. app.Consumes.Select(t => new TopicMembers(t, HasGroup: true, unassigned))])
        {
            Sidecars = known,
            Clients = members.Count - known,
        };
    }

    private List<(string Pod, string Via)> Rebalance(Broker broker, AppDefinition app, Group group, DateTimeOffset now)
    {
        List<(string Pod, string Via)> members = [.. kubelet.Of(app.Id).SelectMany(p => Sidecars.Members(p, broker).Select(via => (p.Name, via)))];
        group.Rebalance(string.Join(',', members), broker.IsKafka ? now + TimeSpan.FromMilliseconds(random.Next(200, 1500)) : now);
        return members;
    }

    private void Deliver(Group group, string via, Broker broker, Action<EventRecord, bool> handled)
    {
        var (record, delivery) = group.Waiting.Dequeue();
        if (weather.Unmanned == broker && record.ProbeVia is null && record.Partition(Partitions) == Partitions - 1)
        {
            group.Waiting.Enqueue((record, delivery));
            return;
        }

        var fails = weather.Poisoned == broker && random.Next(3) > 0;
        if (delivery.Effects > 0)
        {
            Suppressed++;
        }
        else if (fails && record.ProbeVia is null)
        {
            group.Waiting.Enqueue((record, delivery));
            handled(record, false);
            return;
        }
        else
        {
            (delivery.HandledVia, delivery.Effects) = (via, delivery.Effects + 1);
            handled(record, true);
        }

        group.Read++;
    }

    private Group GroupOf(Broker broker, string consumer)
    {
        if (!_groups.TryGetValue((broker, consumer), out var group))
        {
            _groups[(broker, consumer)] = group = new Group();
        }

        return group;
    }

    private sealed class Group
    {
        private string _members = string.Empty;

        public Queue<(EventRecord Event, DeliveryRecord Delivery)> Waiting { get; } = new();

        public long Read { get; set; }

        public DateTimeOffset StandsUntil { get; private set; }

        public void Rebalance(string members, DateTimeOffset until)
        {
            if (members != _members)
            {
                (_members, StandsUntil) = (members, until);
            }
        }
    }
}

using Todo.Operator.Decisions;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Decisions;

/// <summary>Consumers are proven only when the broker says that all they shall hear has a listener.</summary>
public sealed class ListenerTests
{
    private const string Rebalancing = "PreparingRebalance";

    private static readonly Goal Kafka = Goal.Dapr(Broker.Kafka);
    private static readonly Goal Redis = Goal.Dapr(Broker.Redis);
    private static readonly Goal Another = Goal.Dapr(Snapshot.Another);

    [Fact]
    public void A_partition_without_a_member_holds_the_move_although_the_probe_came_through()
    {
        var missing = Engine.Decide(Answered(Redis, Kafka, Groups(m => m with { Topics = [m.Topics[0] with { Unassigned = [1, 2] }, m.Topics[1]] })));
        Assert.Equal(Stage.Consumers, missing.Stage);
        Assert.Equal("notification-service: consumer group notification-service-group has no member for partitions 1, 2 of task-events.", missing.Message);
        Assert.False(missing.Memory.Proven);
        Assert.Empty(missing.Actions);

        var there = Engine.Decide(Answered(Redis, Kafka, Groups(m => m)));
        Assert.Equal((true, Stage.Publishers), (there.Memory.Proven, there.Stage));
    }

    [Fact]
    public void The_topic_of_dead_letters_counts_which_no_probe_goes_through()
    {
        var decision = Engine.Decide(Answered(Redis, Kafka, Groups(m => m with { Topics = [m.Topics[0], m.Topics[1] with { Unassigned = [0] }] })));
        Assert.Equal("notification-service: consumer group notification-service-group has no member for partition 0 of task-events-dlq.notification-service.", decision.Message);
    }

    [Fact]
    public void It_ends_the_move_when_its_time_is_over_and_says_what_to_look_at()
    {
        var observed = Answered(Kafka, Another, Groups(m => m with { State = "Empty", Topics = [m.Topics[0] with { Unassigned = [0, 1, 2] }] }));
        var waiting = Engine.Decide(observed);
        Assert.Equal((Stage.Consumers, "2/3"), (waiting.Stage, waiting.Progress));
        var late = Engine.Decide(observed with { Now = Snapshot.Start + observed.Options.StepTimeout + TimeSpan.FromSeconds(1), Memory = waiting.Memory });
        Assert.Equal((Phase.RollingBack, Failure.ListenerMissing), (late.Phase, late.Memory.Failure?.Reason));
        Assert.Equal(
            "Consumers has made no progress for 300 s: notification-service: consumer group notification-service-group (Empty) has no member for partitions 0, 1, 2 of task-events. "
            + "Look at: kafka-consumer-groups.sh --describe --group notification-service-group at kafka-1a2b3c4d, and kubectl logs deployment/notification-service -c daprd.",
            late.Memory.Failure!.Message);
    }

    [Fact]
    public void On_Redis_the_group_has_to_be_on_each_stream()
    {
        var decision = Engine.Decide(Answered(Kafka, Redis, Groups(m => m with { Group = "notification-service", State = null, Topics = [m.Topics[0] with { HasGroup = false }] })));
        Assert.Equal((Stage.Consumers, "notification-service: nobody has made its consumer group notification-service on stream task-events."), (decision.Stage, decision.Message));
    }

    [Fact]
    public void A_broker_that_cannot_be_asked_leaves_the_proof_to_the_probe_and_that_is_said()
    {
        var silent = Answered(Redis, Kafka, Known.Unknown<IReadOnlyDictionary<ServiceId, Membership>>("no answer for 3 s"));
        Assert.True(Engine.Decide(silent).Memory.Proven);

        var open = silent with { ProbeDeliveries = Known.Of<IReadOnlyList<ProbeDelivery>>([new ProbeDelivery("task-events", "notification-service", null)]) };
        Assert.Equal(
            "Waiting for recurring-task-service to handle the probe on task-recurrence via todo-kafka-recurring-task-service. kafka itself could not be asked who listens (no answer for 3 s): the probe alone counts.",
            Engine.Decide(open).Message);
    }

    [Fact]
    public void A_broker_that_was_not_asked_yet_is_waited_for()
    {
        var unasked = Answered(Redis, Kafka, Groups(m => m)) with { Memberships = null };
        var asking = Engine.Decide(unasked);
        Assert.Equal((Stage.Consumers, "Asking kafka who listens.", 0), (asking.Stage, asking.Message, asking.Actions.Count));
        Assert.Equal("Asking kafka who listens.", Engine.Decide(Consuming(Answered(Goal.Direct, Kafka, Groups(m => m)), direct: true) with { Memberships = null }).Message);
    }

    [Fact]
    public void What_is_proven_is_not_asked_for_again()
    {
        var observed = Answered(Redis, Kafka, Groups(m => m with { State = Rebalancing, Topics = [m.Topics[0] with { Unassigned = [0, 1, 2] }] }));
        Assert.Equal(Stage.Publishers, Engine.Decide(observed with { Memory = observed.Memory with { Proven = true, Probe = null } }).Stage);
    }

    [Fact]
    public void In_a_hand_over_the_direct_consumer_stays_until_a_sidecar_is_in_the_group_and_then_has_to_leave_it()
    {
        var both = Consuming(Answered(Goal.Direct, Kafka, Groups(m => m with { Sidecars = 0, Clients = 1 })), direct: true);
        var alone = Engine.Decide(both);
        Assert.Equal((Stage.Consumers, "notification-service: consumer group notification-service-group has no member yet that is a sidecar."), (alone.Stage, alone.Message));
        Assert.Empty(alone.Actions);

        var rebalancing = Engine.Decide(both with { Memberships = Groups(m => m with { State = Rebalancing, Clients = 2, Sidecars = 0 }) });
        Assert.Equal("notification-service: consumer group notification-service-group (PreparingRebalance) has no member yet that is a sidecar.", rebalancing.Message);

        var joined = Engine.Decide(both with { Memberships = Groups(m => m with { Clients = 1 }) });
        Assert.False(Assert.IsType<SetTemplate>(Assert.Single(joined.Actions)).Flags.ConsumesDirect);

        var leaving = Consuming(both, direct: false) with { Memberships = Groups(m => m with { Clients = 1 }) };
        Assert.Equal("notification-service: consumer group notification-service-group still has 1 member of the kind that leaves it.", Engine.Decide(leaving).Message);
        Assert.True(Engine.Decide(leaving with { Memberships = Groups(m => m) }).Memory.Proven);
    }

    [Fact]
    public void On_the_way_out_of_Dapr_the_Subscriptions_stay_until_the_direct_consumer_is_in_the_group()
    {
        var both = Consuming(Answered(Kafka, Goal.Direct, Groups(m => m)), direct: true);
        var alone = Engine.Decide(both);
        Assert.Equal((Stage.Consumers, "notification-service: consumer group notification-service-group has no member yet that is its own client."), (alone.Stage, alone.Message));
        Assert.Empty(alone.Actions);

        var joined = Engine.Decide(both with { Memberships = Groups(m => m with { Clients = 1 }) });
        Assert.All(joined.Actions, a => Assert.IsType<DeleteObject>(a));
        Assert.Equal("notification-service leaves the sidecar's subscriptions.", joined.Message);
    }

    /// <summary>On the way from one goal to another, with all consumers there and the probe handled; the broker answers this about the notification service, which is the last one, and good things about the others.</summary>
    private static Observed Answered(Goal from, Goal to, Known<IReadOnlyDictionary<ServiceId, Membership>> memberships)
    {
        var sender = to.AnyDapr ? $"todo-{to.Broker.Name()}-backend" : Transport.DirectName;
        var memory = Snapshot.UnderWay(from, to) with { Proven = false, Probe = new Probe(sender, ["p"], Snapshot.Start) };
        var deliveries = Snapshot.Apps.SelectMany(a => a.Consumes.Select(t => new ProbeDelivery(t, a.AppId, to.AnyDapr ? $"todo-{to.Broker.Name()}-{a.AppId}" : Transport.DirectName)));
        return Snapshot.Between(from, to, 0, memory) with { ProbeDeliveries = Known.Of<IReadOnlyList<ProbeDelivery>>([.. deliveries]), Memberships = memberships };
    }

    private static Known<IReadOnlyDictionary<ServiceId, Membership>> Groups(Func<Membership, Membership> notification) => Known.Of<IReadOnlyDictionary<ServiceId, Membership>>(
        Snapshot.Apps.Where(a => a.IsConsumer).ToDictionary(a => a.Id, a => a.Id == ServiceId.Notification ? notification(Whole(a)) : Whole(a) with { Sidecars = 0, Clients = 0 }));

    private static Membership Whole(AppDefinition app) =>
        new(app.ConsumerGroup!, Membership.Stable, [.. app.Consumes.Append($"task-events-dlq.{app.AppId}").Select(t => new TopicMembers(t, HasGroup: true, []))]) { Sidecars = 1 };

    /// <summary>The notification service consumes directly too, or no longer; the others are where they shall be.</summary>
    private static Observed Consuming(Observed observed, bool direct) => observed with
    {
        Services = [.. observed.Services.Select(s => s.Id == ServiceId.Notification ? Consuming(s, direct) : Elsewhere(s, observed.Memory.Target!.Equals(Goal.Direct)))],
        Objects = [.. observed.Objects.Where(o => !observed.Memory.Target!.Equals(Goal.Direct) || o.Key.App == ServiceId.Notification || o.Key.Kind != GeneratedKind.Subscription)],
    };

    private static ServiceView Elsewhere(ServiceView service, bool direct)
    {
        var there = Consuming(service, direct);
        return direct ? there with { Pods = [.. there.Pods.Select(p => p with { Sidecar = Known.Of(p.Sidecar.Value! with { Subscriptions = new HashSet<string>() }) })] } : there;
    }

    private static ServiceView Consuming(ServiceView service, bool direct)
    {
        var flags = service.Template with { ConsumesDirect = service.App.IsConsumer ? direct : service.Template.ConsumesDirect };
        return service with
        {
            Deployment = service.Deployment! with { Template = flags },
            Pods = [.. service.Pods.Select(p => p with { Flags = flags, Report = Known.Of(p.Report.Value! with { ConsumesDirect = flags.ConsumesDirect }) })],
        };
    }
}

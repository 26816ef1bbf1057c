using System.Collections.Immutable;
using Todo.Operator.Decisions;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Decisions;

/// <summary>Another Kafka is another broker: the one rule, with nothing of its own.</summary>
public sealed class EndpointTests
{
    private static readonly Goal First = Goal.Dapr(Broker.Kafka);
    private static readonly Goal Second = Goal.Dapr(Snapshot.Another);
    private static readonly BrokerEndpoint Address = BrokerEndpoint.Of(new Operator.Resource.KafkaSpec { Brokers = ["a:9092"] });

    [Fact]
    public void Consumers_subscribe_there_beside_the_old_Kafka()
    {
        var both = Snapshot.Between(First, Second, 0, Snapshot.UnderWay(First, Second) with { Proven = false });
        var observed = both with
        {
            Services = [.. both.Services.Select(s => s with
            {
                Pods = [.. s.Pods.Select(p => p with { Sidecar = Known.Of(p.Sidecar.Value! with { Subscriptions = p.Sidecar.Value!.Subscriptions.Where(t => !t.Contains("1a2b3c4d", StringComparison.Ordinal)).ToHashSet() }) })],
            })],
            Objects = [.. both.Objects.Where(o => o.Key.Kind != GeneratedKind.Subscription || o.Key.Broker == Broker.Kafka)],
        };
        var decision = Engine.Decide(observed);
        Assert.Equal(Stage.Consumers, decision.Stage);
        Assert.Equal(6, decision.Actions.Count);
        Assert.All(decision.Actions, a => Assert.Equal(Snapshot.Another, Assert.IsType<ApplyObject>(a).Key.Broker));
    }

    [Fact]
    public void Publishers_move_to_its_Components_one_at_a_time()
    {
        var set = Assert.IsType<SetTemplate>(Assert.Single(Engine.Decide(Snapshot.Between(First, Second, 1, Snapshot.UnderWay(First, Second))).Actions));
        Assert.Equal((ServiceId.RecurringTask, "todo-kafka-1a2b3c4d-recurring-task-service"), (set.Service, set.Flags.PublishesTo));
    }

    [Fact]
    public void What_is_in_flight_on_the_old_Kafka_is_waited_for_and_nothing_of_it_is_touched()
    {
        var moved = Snapshot.Between(First, Second, 4, Snapshot.UnderWay(First, Second) with { PublishersBackAt = Snapshot.Start });
        var open = Engine.Decide(moved with { Ledger = Known.Of(Snapshot.Ledger(100, 0, 10, inFlight: 3, on: Transport.Through(Broker.Kafka))) });
        Assert.Equal((Stage.Drain, "3 events in flight on kafka."), (open.Stage, open.Message));
        Assert.Empty(open.Actions);

        // Three events on the new one are nothing to wait for.
        var elsewhere = Engine.Decide(moved with { Ledger = Known.Of(Snapshot.Ledger(100, 0, 10, inFlight: 3, on: Transport.Through(Snapshot.Another))) });
        Assert.Contains("kafka is empty; holding", elsewhere.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Once_it_is_empty_only_the_old_Kafkas_Subscriptions_go()
    {
        var memory = Snapshot.UnderWay(First, Second) with
        {
            PublishersBackAt = Snapshot.Start,
            Drains = ImmutableSortedDictionary<Broker, DrainNote>.Empty.Add(Broker.Kafka, new DrainNote { QuietSince = Snapshot.Start.AddMinutes(-5), Foreign = 0 }),
        };
        var decision = Engine.Decide(Snapshot.Between(First, Second, 4, memory));
        Assert.Equal((Stage.Retire, "Removing 6 Subscriptions on kafka."), (decision.Stage, decision.Message));
        Assert.All(decision.Actions, a => Assert.Equal(Broker.Kafka, Assert.IsType<DeleteObject>(a).Key.Broker));
    }

    [Fact]
    public void The_way_back_leads_to_the_first_Kafka_and_drains_the_second()
    {
        var failed = Snapshot.UnderWay(First, Second) with { Failure = new Failure(1, Failure.AnalysisFailed, "bad", Snapshot.Start) };
        var begun = Engine.Decide(Snapshot.Between(First, Second, 2, failed)).Memory;
        Assert.Equal((First, MoveReason.Rollback), (begun.Target, begun.Reason));
        var back = Engine.Decide(Snapshot.Between(First, Second, 2, begun with { Proven = true }));
        Assert.All(back.Actions, a => Assert.Matches("^todo-kafka-(backend|recurring)", Assert.IsType<SetTemplate>(a).Flags.PublishesTo));
        Assert.Equal(2, back.Actions.Count);
    }

    [Fact]
    public void Three_brokers_may_be_left_at_the_same_time_and_each_is_drained()
    {
        var memory = Snapshot.UnderWay(First, Second) with { PublishersBackAt = Snapshot.Start };
        var moved = Snapshot.Between(First, Second, 4, memory);
        var redis = Snapshot.On(Goal.Dapr(Broker.Redis), memory).Objects;
        var ledger = new LedgerView(
            new Dictionary<Transport, TransportLedger> { [Transport.Through(Broker.Kafka)] = new(2, 0, 0, 0, 0, 0), [Transport.Through(Broker.Redis)] = new(5, 0, 0, 0, 0, 0) },
            0,
            new RecentLedger(5, 100, 100, 0, 5, 10));
        var decision = Engine.Decide(moved with { Objects = [.. moved.Objects.Concat(redis).DistinctBy(o => o.Key)], Ledger = Known.Of(ledger) });
        Assert.Equal((Stage.Drain, "2 events in flight on kafka. 5 events in flight on redis."), (decision.Stage, decision.Message));
        Assert.Equal([Broker.Kafka, Broker.Redis], decision.Memory.Drains.Keys);

        // The clock stops when the last one is empty, and has been for a while.
        var quiet = new DrainNote { QuietSince = Snapshot.Start.AddMinutes(-5), Foreign = 0 };
        var drained = moved with
        {
            Objects = [.. moved.Objects.Concat(redis).DistinctBy(o => o.Key)],
            Memory = memory with { Drains = memory.Drains.Add(Broker.Kafka, quiet).Add(Broker.Redis, quiet) },
        };
        var one = Known.Of(ledger with { Transports = new Dictionary<Transport, TransportLedger> { [Transport.Through(Broker.Redis)] = new(5, 0, 0, 0, 0, 0) } });
        Assert.Equal((Stage.Drain, null), (Engine.Decide(drained with { Ledger = one }).Stage, Engine.Decide(drained with { Ledger = one }).Memory.DrainedAt));
        Assert.Equal((Stage.Retire, Snapshot.Start), (Engine.Decide(drained).Stage, Engine.Decide(drained).Memory.DrainedAt));
    }

    [Fact]
    public void What_a_move_can_have_to_do_with_is_remembered_and_nothing_else()
    {
        var memory = Snapshot.Finished(First, Goal.Direct) with { Endpoints = BrokerEndpoints.None.Add(Broker.Kafka, Address).Add(Broker.Redis, BrokerEndpoint.Of(new Operator.Resource.RedisSpec { Host = "r:6379" })) };
        var wanted = BrokerEndpoint.Of(new Operator.Resource.KafkaSpec { Brokers = ["b:9092"] });
        var begun = Engine.Decide(Snapshot.On(First, memory, Second) with { Endpoints = memory.Endpoints.Add(Snapshot.Another, wanted) }).Memory;
        Assert.Equal([Broker.Kafka, Snapshot.Another], begun.Endpoints.Keys);
        Assert.Equal((Address, wanted), (begun.Endpoints[Broker.Kafka], begun.Endpoints[Snapshot.Another]));
    }

    [Fact]
    public void Other_settings_for_the_broker_in_use_are_put_in_place_one_app_at_a_time()
    {
        var settled = Snapshot.On(First, Snapshot.Finished(First) with { From = First, FinishedAt = null, Step = new Step("Prepare 0/9", Snapshot.Start) });
        var edited = settled with { Objects = [.. settled.Objects.Select(o => o with { Current = o.Key is not { Kind: GeneratedKind.Component, Broker: not null } })] };
        var noted = Engine.Decide(edited);
        Assert.Equal((true, 0, new Edit("backend", At: null)), (noted.PersistFirst, noted.Actions.Count, noted.Memory.Edited));

        // Whoever reads the note goes on with the same app, whatever else is found to be done by then.
        var decision = Engine.Decide(edited with { Memory = noted.Memory, Objects = [.. edited.Objects.Select(o => o.Key is { App: ServiceId.RecurringTask, Kind: GeneratedKind.Resiliency } ? o with { Current = false } : o)] });
        Assert.Equal("todo-kafka-backend", Assert.IsType<ApplyObject>(Assert.Single(decision.Actions)).Key.Name);
        Assert.Equal(new Edit("backend", Snapshot.Start), decision.Memory.Edited);

        // The next app waits until the first one's sidecars are back.
        var next = Engine.Decide(edited with { Memory = decision.Memory, Objects = [.. edited.Objects.Select(o => o.Key.Name == "todo-kafka-backend" ? o with { Current = true } : o)] });
        Assert.Equal("backend: waiting for its sidecars to come back with the new settings.", next.Message);
        Assert.Empty(next.Actions);

        // So it does for an operator that finds the note and the edit, and nothing about when it was made.
        var taken = Engine.Decide(edited with { Memory = noted.Memory, Objects = [.. edited.Objects.Select(o => o.Key.Name == "todo-kafka-backend" ? o with { Current = true } : o)] });
        Assert.Equal((next.Message, 0, new Edit("backend", Snapshot.Start)), (taken.Message, taken.Actions.Count, taken.Memory.Edited));
    }

    [Fact]
    public void A_new_wish_in_mid_edit_goes_on_with_the_app_whose_turn_it_is_and_lets_no_other_in_before_it_is_back()
    {
        var settled = Snapshot.On(First, Snapshot.Finished(First) with { From = First, FinishedAt = null, Edited = new Edit("backend", Snapshot.Start.AddSeconds(-1)), Step = new Step("Prepare 10/13", Snapshot.Start) });
        var wish = settled with { Generation = 2, Wish = "other", Memory = settled.Memory with { Wish = "first" }, Objects = [.. settled.Objects.Select(o => o with { Current = o.Key is not { Kind: GeneratedKind.Component, Broker: not null } })] };
        var begun = Engine.Decide(wish).Memory;
        Assert.Equal((2, "other", settled.Memory.Edited), (begun.Generation, begun.Wish, begun.Edited));

        // It may not have come back with what was wished before; what is wished now may mend that, so nothing is waited for.
        var rolling = wish with { Memory = begun, Services = [.. wish.Services.Select(s => s.App.AppId == "backend" ? s with { Deployment = s.Deployment! with { RolledOut = false } } : s)] };
        var noted = Engine.Decide(rolling);
        Assert.Equal((true, new Edit("backend", At: null)), (noted.PersistFirst, noted.Memory.Edited));
        Assert.Equal("todo-kafka-backend", Assert.IsType<ApplyObject>(Assert.Single(Engine.Decide(rolling with { Memory = noted.Memory }).Actions)).Key.Name);

        // When it has nothing to change there, the others wait for it.
        var others = wish with { Memory = begun, Objects = [.. wish.Objects.Select(o => o.Key.App == ServiceId.Backend ? o with { Current = true } : o)] };
        var waiting = Engine.Decide(others);
        Assert.Equal(("backend: waiting for its sidecars to come back with the new settings.", 0), (waiting.Message, waiting.Actions.Count));

        // But not when it leaves Dapr: it has no sidecars to come back.
        var hybrid = Goal.Parse("dapr-kafka+direct:Backend")!;
        var leaving = Engine.Decide(others with { Wanted = hybrid, Memory = begun with { Target = hybrid } });
        Assert.Equal(new Edit("recurring-task-service", At: null), leaving.Memory.Edited);
    }

    [Theory]
    [InlineData(true, Phase.RollingBack)]
    [InlineData(false, Phase.Degraded)]
    public void Settings_that_do_not_come_about_are_given_up_only_when_others_worked(bool worked, Phase expected)
    {
        var settled = Snapshot.On(First, Snapshot.Finished(First) with { From = First, FinishedAt = null, Edited = new Edit("backend", Snapshot.Start.AddMinutes(-20)), Step = new Step("Prepare 9/13", Snapshot.Start.AddMinutes(-20)) });
        var deaf = settled with
        {
            Services = [.. settled.Services.Select(s => s with { Pods = [.. s.Pods.Select(p => p with { Sidecar = Known.Of(new SidecarView(new HashSet<string>(), new HashSet<string>())) })] })],
            Objects = [.. settled.Objects.Select(o => o with { Current = o.Key is not { Kind: GeneratedKind.Component, Broker: not null } })],
            OtherSettingsWorked = worked,
        };
        Assert.Equal(expected, Engine.Decide(deaf).Phase);
    }

    [Fact]
    public void On_the_way_back_all_settings_are_restored_at_once()
    {
        var settled = Snapshot.On(First, Snapshot.Finished(First) with { From = First, FinishedAt = null, Reason = MoveReason.Rollback, Failure = new Failure(1, Failure.StepTimeout, "deaf", Snapshot.Start) });
        var decision = Engine.Decide(settled with { Objects = [.. settled.Objects.Select(o => o with { Current = o.Key is not { Kind: GeneratedKind.Component, Broker: not null } })] });
        Assert.Equal(4, decision.Actions.Count);
        Assert.All(decision.Actions, a => Assert.Equal(Broker.Kafka, Assert.IsType<ApplyObject>(a).Key.Broker));
    }

    [Theory]
    [InlineData("direct-kafka")]
    [InlineData("direct-kafka-1a2b3c4d")]
    [InlineData("dapr-kafka-1a2b3c4d")]
    [InlineData("dapr-redis-00000000")]
    [InlineData("dapr-kafka-1a2b3c4d+direct:EmailDelivery")]
    public void Goals_with_a_mark_survive_status(string text) => Assert.Equal(text, Goal.Parse(text)!.ToString());

    [Theory]
    [InlineData("direct-redis")]
    [InlineData("dapr-kafka-1a2b3c4")]
    [InlineData("dapr-nats")]
    public void What_is_no_goal_is_none(string text) => Assert.Null(Goal.Parse(text));

    [Theory]
    [InlineData("todo-kafka-backend", "kafka")]
    [InlineData("todo-kafka-1a2b3c4d-notification-service", "kafka-1a2b3c4d")]
    [InlineData("todo-redis-00000000-backend", "redis-00000000")]
    [InlineData("todo-kafka-1a2b3c4d", null)]
    [InlineData("other-kafka-backend", null)]
    [InlineData("todo-state-notification-service", null)]
    public void A_Components_name_says_its_broker(string component, string? broker) => Assert.Equal(broker, new Names("todo").BrokerOf(component, Snapshot.Apps)?.Name());
}

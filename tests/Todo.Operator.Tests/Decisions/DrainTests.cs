using System.Collections.Immutable;
using Todo.Operator.Decisions;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Decisions;

/// <summary>What happens to a drain that makes no progress.</summary>
public sealed class DrainTests
{
    private static readonly Goal Kafka = Goal.Dapr(Broker.Kafka);
    private static readonly Goal Redis = Goal.Dapr(Broker.Redis);
    private static readonly MoveOptions GiveUp = new() { ReplayOnDrainTimeout = false };

    [Fact]
    public void Replay_sends_the_open_events_again_over_the_target()
    {
        var decision = Engine.Decide(Stuck(MoveReason.Spec, new MoveOptions()));
        var replay = Assert.IsType<ReplayEvents>(Assert.Single(decision.Actions));
        Assert.Equal(Broker.Kafka, replay.Broker);
        Assert.Contains("direct-kafka", replay.From);
        Assert.Null(decision.Memory.Failure);
    }

    [Fact]
    public void Rollback_gives_the_move_up_with_the_figures()
    {
        var decision = Engine.Decide(Stuck(MoveReason.Spec, GiveUp));
        Assert.Equal((Failure.DrainTimeout, Phase.RollingBack), (decision.Memory.Failure?.Reason, decision.Phase));
        Assert.Contains("12 events in flight on kafka, and none fewer for 120 s", decision.Memory.Failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MoveReason.Rollback)]
    [InlineData(MoveReason.Deletion)]
    public void On_the_way_back_and_when_the_resource_goes_it_always_replays(MoveReason reason)
    {
        var decision = Engine.Decide(Stuck(reason, GiveUp));
        Assert.IsType<ReplayEvents>(Assert.Single(decision.Actions));
    }

    [Fact]
    public void As_long_as_events_become_fewer_it_has_time()
    {
        var observed = Stuck(MoveReason.Spec, GiveUp);
        var fewer = observed with { Ledger = Known.Of(Snapshot.Ledger(100, 0, 10, oldest: 500, inFlight: 11, on: Transport.Through(Broker.Kafka))) };
        var decision = Engine.Decide(fewer);
        Assert.Equal((Stage.Drain, null, Snapshot.Start), (decision.Stage, decision.Memory.Failure, decision.Memory.Drains[Broker.Kafka].LoweredAt));
    }

    [Fact]
    public void A_drain_that_is_stuck_for_good_is_degraded_and_a_deletion_says_how_to_let_go()
    {
        var since = Snapshot.Start.AddHours(-1);
        var observed = Stuck(MoveReason.Deletion, GiveUp);
        var memory = observed.Memory with { Step = new Step("Drain 0/1", since) };
        var decision = Engine.Decide(observed with { Memory = memory });
        Assert.Equal(Phase.Degraded, decision.Phase);
        Assert.Contains("spec.deletionPolicy: Retain", decision.Message, StringComparison.Ordinal);

        var drains = memory.Drains.SetItem(Broker.Redis, memory.Drains[Broker.Redis] with { LoweredAt = Snapshot.Start.AddMinutes(-3) });
        Assert.Equal(Phase.Deleting, Engine.Decide(observed with { Memory = memory with { Drains = drains } }).Phase);
    }

    [Fact]
    public void A_broker_that_holds_what_the_ledger_does_not_know_is_not_left()
    {
        var observed = Empty(Known.Of(3L));
        var decision = Engine.Decide(observed);
        Assert.Equal((Stage.Drain, null), (decision.Stage, decision.Memory.Drains[Broker.Redis].QuietSince));
        Assert.Contains("redis still holds 3 events that the ledger does not have open", decision.Message, StringComparison.Ordinal);
        Assert.Equal(Stage.Retire, Engine.Decide(Empty(Known.Of(0L))).Stage);
        Assert.Equal(Stage.Drain, Engine.Decide(observed with { Backlogs = new Dictionary<Broker, Known<long>>() }).Stage);
    }

    [Fact]
    public void A_broker_that_is_silent_is_done_without_after_a_minute()
    {
        var silent = Empty(Known.Unknown<long>("away"));
        var first = Engine.Decide(silent);
        Assert.Equal((Stage.Drain, Snapshot.Start), (first.Stage, first.Memory.Drains[Broker.Redis].SilentSince));
        Assert.Contains("redis does not answer (away)", first.Message, StringComparison.Ordinal);

        Assert.Equal(Stage.Drain, Engine.Decide(silent with { Memory = first.Memory, Now = Snapshot.Start.AddSeconds(59) }).Stage);
        Assert.Equal(Stage.Retire, Engine.Decide(silent with { Memory = first.Memory, Now = Snapshot.Start.AddSeconds(60) }).Stage);

        // One answer, and it counts from the beginning.
        var answered = Engine.Decide(silent with { Memory = first.Memory, Now = Snapshot.Start.AddSeconds(30), Backlogs = Empty(Known.Of(1L)).Backlogs });
        Assert.Null(answered.Memory.Drains[Broker.Redis].SilentSince);
    }

    [Fact]
    public void What_was_sent_again_and_nobody_takes_is_left_after_drain_timeout()
    {
        var options = new MoveOptions();
        var deaf = Deaf(held: 9, replayed: 9);
        var first = Engine.Decide(deaf);
        Assert.Equal((Stage.Drain, 9, Snapshot.Start), (first.Stage, first.Memory.Drains[Broker.Redis].Held, first.Memory.Drains[Broker.Redis].HeldSince));

        var almost = Engine.Decide(deaf with { Memory = first.Memory, Now = Snapshot.Start + options.DrainTimeout });
        Assert.Contains("redis still holds 9 events", almost.Message, StringComparison.Ordinal);

        var enough = Snapshot.Start + options.DrainTimeout + TimeSpan.FromSeconds(1);
        var left = Engine.Decide(deaf with { Memory = almost.Memory, Now = enough });
        Assert.Equal("redis is left with 9 events that nobody takes there; they were sent again over dapr-kafka; holding 10 s for late publishes.", left.Message);
        Assert.Equal(Stage.Retire, Engine.Decide(deaf with { Memory = left.Memory, Now = enough + options.PublishTimeout + options.Hold }).Stage);
    }

    [Fact]
    public void It_is_not_left_while_somebody_takes_something_or_when_it_holds_more_than_was_sent_again()
    {
        var deaf = Deaf(held: 9, replayed: 9);
        var first = Engine.Decide(deaf);
        var fewer = Engine.Decide(Deaf(held: 8, replayed: 9) with { Memory = first.Memory, Now = Snapshot.Start.AddMinutes(1) });
        Assert.Equal(Snapshot.Start.AddMinutes(1), fewer.Memory.Drains[Broker.Redis].HeldSince);

        var more = Deaf(held: 10, replayed: 9);
        Assert.Null(Engine.Decide(more with { Memory = Engine.Decide(more).Memory, Now = Snapshot.Start.AddHours(1) }).Memory.Drains[Broker.Redis].QuietSince);
    }

    [Fact]
    public void What_was_sent_again_before_it_was_last_left_does_not_count()
    {
        var options = new MoveOptions();
        var deaf = Deaf(held: 3, replayed: 9);
        var longAgo = deaf.Memory with { SettledReplays = deaf.Memory.SettledReplays.Add(Broker.Redis, 7) };
        var late = Snapshot.Start + options.DrainTimeout + TimeSpan.FromSeconds(1);
        var kept = Engine.Decide(deaf with { Memory = Engine.Decide(deaf with { Memory = longAgo }).Memory, Now = late });
        Assert.Contains("redis still holds 3 events that the ledger does not have open", kept.Message, StringComparison.Ordinal);

        // Two of the nine may be there, and two are left; the rest are off it.
        var two = Deaf(held: 2, replayed: 9);
        var leaving = Engine.Decide(two with { Memory = Engine.Decide(two with { Memory = longAgo }).Memory, Now = late });
        Assert.Contains("redis is left with 2 events that nobody takes there", leaving.Message, StringComparison.Ordinal);
        var left = Engine.Decide(two with { Memory = leaving.Memory, Now = late + options.PublishTimeout + options.Hold });
        Assert.Equal((Stage.Retire, 7), (left.Stage, left.Memory.SettledReplays[Broker.Redis]));

        // One that was seen empty holds none of them; of one that was not seen nothing is known; a ledger that began anew has not counted them.
        Assert.Equal(9, Engine.Decide(Deaf(held: 0, replayed: 9)).Memory.SettledReplays[Broker.Redis]);
        var silent = Empty(Known.Unknown<long>("away")) with { Ledger = deaf.Ledger };
        var unseen = Engine.Decide(silent with { Memory = Engine.Decide(silent).Memory, Now = Snapshot.Start.AddSeconds(60) });
        Assert.Equal((Stage.Retire, 0), (unseen.Stage, unseen.Memory.SettledReplays.Count));
        var anew = deaf with { Memory = deaf.Memory with { SettledReplays = deaf.Memory.SettledReplays.Add(Broker.Redis, 50) } };
        Assert.Contains("redis is left with 3 events", Engine.Decide(anew with { Memory = Engine.Decide(anew).Memory, Now = late }).Message, StringComparison.Ordinal);
    }

    /// <summary>Clocks and counts of a drain that was broken off say nothing about the next one: it would be over, or stuck, before it began.</summary>
    [Fact]
    public void A_broker_that_is_gone_back_to_forgets_how_far_it_was_drained()
    {
        var draining = Empty(Known.Of(0L));
        Assert.Contains(Broker.Redis, Engine.Decide(draining).Memory.Drains.Keys);
        var back = Engine.Decide(draining with { Generation = 2, Wanted = Redis }).Memory;
        Assert.Equal((Redis, 0), (back.Target, back.Drains.Count));
    }

    [Fact]
    public void Consumers_of_the_services_own_that_hear_nothing_do_not_keep_their_Kafka_either()
    {
        var memory = Snapshot.UnderWay(Goal.Direct, Redis) with { PublishersBackAt = Snapshot.Start.AddMinutes(-4) };
        var observed = Snapshot.Between(Goal.Direct, Redis, 4, memory);
        observed = observed with { Services = [.. observed.Services.Select(s => s.App.IsConsumer ? Behind(s) : s)], Ledger = Replayed(Transport.Direct, 9) };
        var first = Engine.Decide(observed);
        Assert.Contains("email-delivery-consumer-group has 3, notification-service-group has 3 events uncommitted on kafka.", first.Message, StringComparison.Ordinal);
        Assert.Equal(9, first.Memory.Drains[Broker.Kafka].Held);
        var left = Engine.Decide(observed with { Memory = first.Memory, Now = Snapshot.Start.AddMinutes(3) });
        Assert.Contains("kafka is left with 9 events that nobody takes there", left.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Their_own_Kafka_is_not_taken_for_empty_when_it_does_not_tell_them_their_positions()
    {
        var memory = Snapshot.UnderWay(Goal.Direct, Redis) with { PublishersBackAt = Snapshot.Start.AddMinutes(-4) };
        var observed = Snapshot.Between(Goal.Direct, Redis, 4, memory);
        observed = observed with { Services = [.. observed.Services.Select(s => s.App.IsConsumer ? Behind(s, lag: null) : s)] };
        var first = Engine.Decide(observed);
        Assert.Equal("kafka does not answer (no pod of recurring-task-service-group can read its positions); after 60 s the ledger alone counts.", first.Message);
        Assert.Equal(first.Message, Engine.Decide(observed with { Memory = first.Memory, Now = Snapshot.Start.AddSeconds(59) }).Message);
        var left = Engine.Decide(observed with { Memory = first.Memory, Now = Snapshot.Start.AddSeconds(60) });
        Assert.StartsWith("kafka has not answered for more than 60 s, and the ledger has nothing open there", left.Message, StringComparison.Ordinal);
    }

    /// <summary>Its direct consumer is there and has three events before it.</summary>
    private static ServiceView Behind(ServiceView service, long? lag = 3)
    {
        var flags = service.Template with { ConsumesDirect = true };
        return service with
        {
            Deployment = service.Deployment! with { Template = flags },
            Pods = [.. service.Pods.Select(p => p with { Flags = flags, Report = Known.Of(p.Report.Value! with { ConsumesDirect = true, Lag = lag }) })],
        };
    }

    /// <summary>Redis holds what the ledger does not have open, some of which was sent again over Kafka.</summary>
    private static Observed Deaf(long held, long replayed) => Empty(Known.Of(held)) with { Ledger = Replayed(Transport.Through(Broker.Redis), replayed) };

    private static Known<LedgerView> Replayed(Transport transport, long replayed) => Known.Of(
        Snapshot.Ledger(100, 0, 10) with { Transports = new Dictionary<Transport, TransportLedger> { [transport] = TransportLedger.Empty with { Replayed = replayed } } });

    /// <summary>All publishers have moved away from Redis, and nothing is open there in the ledger; it has been quiet for a minute.</summary>
    private static Observed Empty(Known<long> backlog)
    {
        var memory = Snapshot.UnderWay(Redis, Kafka) with
        {
            PublishersBackAt = Snapshot.Start.AddMinutes(-2),
            Drains = ImmutableSortedDictionary<Broker, DrainNote>.Empty.Add(Broker.Redis, new DrainNote { QuietSince = Snapshot.Start.AddMinutes(-1) }),
        };
        return Snapshot.Between(Redis, Kafka, 4, memory) with { Backlogs = new Dictionary<Broker, Known<long>> { [Broker.Redis] = backlog } };
    }

    /// <summary>All publishers have moved; on the broker that is left 12 events have been open for as long as a drain may take, and a second more.</summary>
    private static Observed Stuck(MoveReason reason, MoveOptions options)
    {
        var (from, to) = reason == MoveReason.Deletion ? (Redis, Goal.Direct) : (Kafka, Redis);
        var memory = Snapshot.UnderWay(from, to) with
        {
            Reason = reason,
            LastGood = reason == MoveReason.Rollback ? to : from,
            PublishersBackAt = Snapshot.Start.AddMinutes(-4),
            Step = new Step("Drain 0/1", Snapshot.Start.AddMinutes(-3)),
            Drains = ImmutableSortedDictionary<Broker, DrainNote>.Empty.Add(
                from.Broker, new DrainNote { Lowest = 12, ProgressAt = Snapshot.Start - options.DrainTimeout - TimeSpan.FromSeconds(1) }),
            Failure = reason == MoveReason.Rollback ? new Failure(1, Failure.AnalysisFailed, "bad", Snapshot.Start) : null,
        };
        return Snapshot.Between(from, to, 4, memory, reason == MoveReason.Rollback ? from : to) with
        {
            Options = options,
            Deleting = reason == MoveReason.Deletion,
            Ledger = Known.Of(Snapshot.Ledger(100, 0, 10, oldest: 500, inFlight: 12, on: Transport.Through(from.Broker))),
        };
    }
}

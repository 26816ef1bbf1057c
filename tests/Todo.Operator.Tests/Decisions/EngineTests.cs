using Todo.Operator.Decisions;
using Todo.Operator.Tests.Simulation;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Decisions;

/// <summary>Single decisions from single snapshots; what follows from many is in the move laws.</summary>
public sealed class EngineTests
{
    private static readonly MoveOptions Options = new();
    private readonly World _world = new(1);

    [Fact]
    public void Nothing_begins_before_the_checks_pass()
    {
        var observed = See(Goal.Dapr(Broker.Kafka), new MoveMemory()) with { Preflight = new PreflightVerdict(MayBegin: false, "redis is away") };
        var decision = Engine.Decide(observed);
        Assert.Equal((Phase.Preflight, "redis is away"), (decision.Phase, decision.Message));
        Assert.Empty(decision.Actions);
        Assert.False(decision.PersistFirst);
        Assert.Null(decision.Memory.Target);
    }

    [Fact]
    public void A_move_is_written_down_before_anything_is_done()
    {
        var decision = Engine.Decide(See(Goal.Dapr(Broker.Kafka), new MoveMemory { Epoch = 4, LastGood = Goal.Direct }));
        Assert.True(decision.PersistFirst);
        Assert.Empty(decision.Actions);
        Assert.Equal(5, decision.Memory.Epoch);
        Assert.Equal(100, decision.Memory.Baseline!.Handled);
    }

    [Fact]
    public void Policies_exist_before_the_Components_they_are_for()
    {
        var decision = Engine.Decide(See(Goal.Dapr(Broker.Redis), Begun(Goal.Dapr(Broker.Redis))));
        Assert.All(decision.Actions, a => Assert.True(a is ApplyObject { Key.Kind: GeneratedKind.Resiliency or GeneratedKind.Configuration }));
        Assert.Equal(8, decision.Actions.Count);
    }

    [Fact]
    public void Paused_freezes_in_the_middle()
    {
        var decision = Engine.Decide(See(Goal.Dapr(Broker.Redis), Begun(Goal.Dapr(Broker.Redis))) with { Paused = true });
        Assert.Equal(Phase.Paused, decision.Phase);
        Assert.Empty(decision.Actions);
    }

    [Fact]
    public void Deleted_with_Revert_is_a_move_to_direct_whatever_the_checks_say()
    {
        var observed = See(Goal.Dapr(Broker.Redis), Begun(Goal.Dapr(Broker.Redis))) with { Deleting = true, Preflight = new PreflightVerdict(MayBegin: false, "no") };
        var decision = Engine.Decide(observed);
        Assert.True(decision.PersistFirst);
        Assert.Equal((Goal.Direct, MoveReason.Deletion, Phase.Deleting), (decision.Memory.Target, decision.Memory.Reason, decision.Phase));
    }

    [Fact]
    public void Deleted_with_Retain_lets_go_of_what_there_is()
    {
        var observed = See(Goal.Dapr(Broker.Redis), Begun(Goal.Dapr(Broker.Redis))) with { Deleting = true, RevertOnDelete = false };
        Assert.IsType<RemoveFinalizer>(Assert.Single(Engine.Decide(observed).Actions));
    }

    [Fact]
    public void A_resource_made_anew_does_not_begin_below_the_epoch_that_the_services_have_seen()
    {
        var observed = See(Goal.Dapr(Broker.Kafka), new MoveMemory());
        observed = observed with { Ledger = Known.Of(observed.Ledger.Value! with { Epoch = 7 }) };
        Assert.Equal(8, Engine.Decide(observed).Memory.Epoch);
    }

    [Fact]
    public void A_move_whose_orders_would_be_refused_begins_anew_above_them()
    {
        var observed = See(Goal.Dapr(Broker.Kafka), Begun(Goal.Dapr(Broker.Kafka)));
        Assert.Equal(1, Engine.Decide(observed).Memory.Epoch);
        var decision = Engine.Decide(observed with { Ledger = Known.Of(observed.Ledger.Value! with { Epoch = 7 }) });
        Assert.Equal((8, true), (decision.Memory.Epoch, decision.PersistFirst));
    }

    [Fact]
    public void A_failed_generation_goes_back_and_is_not_tried_again()
    {
        var memory = Begun(Goal.Dapr(Broker.Redis)) with { LastGood = Goal.Dapr(Broker.Kafka), Failure = new Failure(1, "AnalysisFailed", "20 % failed", _world.Now) };
        var decision = Engine.Decide(See(Goal.Dapr(Broker.Redis), memory));
        Assert.Equal((Goal.Dapr(Broker.Kafka), MoveReason.Rollback, Phase.RollingBack), (decision.Memory.Target, decision.Memory.Reason, decision.Phase));

        var frozen = Engine.Decide(See(Goal.Dapr(Broker.Redis), memory) with { Options = Options with { RollbackOnFailure = false } });
        Assert.Equal(Phase.Paused, frozen.Phase);
        Assert.Empty(frozen.Actions);
    }

    /// <summary>Direct and Dapr clients of one Kafka hear each other, so nobody waits for three consumers that are handed over one after the other.</summary>
    [Fact]
    public void On_the_way_back_over_one_log_publishers_go_first_and_together()
    {
        var failed = Snapshot.UnderWay(Goal.Direct, Goal.Dapr(Broker.Kafka)) with { Proven = false, Failure = new Failure(1, Failure.AnalysisFailed, "bad", Snapshot.Start) };
        var half = Snapshot.Between(Goal.Direct, Goal.Dapr(Broker.Kafka), 2, failed);
        var back = Engine.Decide(half with { Memory = Engine.Decide(half).Memory });
        Assert.Equal((Stage.Publishers, Phase.RollingBack), (back.Stage, back.Phase));
        Assert.Equal([ServiceId.Backend, ServiceId.RecurringTask], back.Actions.Cast<SetTemplate>().Select(a => a.Service).Order());
    }

    [Fact]
    public void A_baseline_is_taken_again_until_it_is_worth_something_or_a_publisher_has_moved()
    {
        var (kafka, redis) = (Goal.Dapr(Broker.Kafka), Goal.Dapr(Broker.Redis));
        var night = new RecentLedger(30, 0, 3, 0, 0, 0);
        var begun = Engine.Decide(Snapshot.On(kafka, Snapshot.Finished(kafka), redis) with { Ledger = Known.Of(Snapshot.Ledger(0, 0, 0) with { Recent = night }) }).Memory;
        Assert.Null(begun.Baseline);

        // Three probes are no traffic; a first event is better than nothing, and twenty are enough.
        var waiting = Snapshot.On(kafka, begun);
        Assert.Null(Engine.Decide(waiting with { Ledger = Known.Of(Snapshot.Ledger(0, 0, 0) with { Recent = night }) }).Memory.Baseline);
        var one = Engine.Decide(waiting with { Ledger = Known.Of(Snapshot.Ledger(1, 0, 8)) }).Memory;
        Assert.Equal(1, one.Baseline?.Handled);
        var enough = Engine.Decide(waiting with { Memory = one, Ledger = Known.Of(Snapshot.Ledger(20, 0, 9)) }).Memory;
        Assert.Equal(20, enough.Baseline?.Handled);
        Assert.Equal(20, Engine.Decide(waiting with { Memory = enough, Ledger = Known.Of(Snapshot.Ledger(500, 0, 90)) }).Memory.Baseline?.Handled);

        var moved = Snapshot.Between(kafka, redis, 1, begun with { Proven = false }) with { Ledger = Known.Of(Snapshot.Ledger(100, 0, 9)) };
        Assert.Null(Engine.Decide(moved).Memory.Baseline);
    }

    [Fact]
    public void Not_knowing_the_ledger_is_not_a_failure_until_it_lasts()
    {
        var limits = Options.Analysis;
        var memory = new MoveMemory { Baseline = new RecentLedger(30, 100, 100, 0, 5, 10) };
        var silent = See(Goal.Direct, memory) with { Ledger = Known.Unknown<LedgerView>("away") };
        for (var i = 1; i < limits.ErrorLimit; i++)
        {
            memory = memory with { Analysis = Operator.Analysis.AnalysisRule.Measure(silent with { Now = _world.Now.AddSeconds(10 * i) }, memory, undisturbed: true) };
            Assert.Equal((Verdict.Error, i), (memory.Analysis.Verdict, memory.Analysis.Errors));
            Assert.Null(Operator.Analysis.AnalysisRule.Reason(memory.Analysis, limits));
        }
    }

    [Theory]
    [InlineData(100, 0, 10, Verdict.Successful)]
    [InlineData(5, 0, 10, Verdict.Inconclusive)]
    [InlineData(90, 10, 10, Verdict.Failed)]
    [InlineData(100, 0, 109, Verdict.Successful)]
    [InlineData(100, 0, 111, Verdict.Failed)]
    public void The_verdict_needs_enough_events_and_both_latency_limits(long handled, long failed, double p95, Verdict expected)
    {
        var memory = new MoveMemory { Baseline = new RecentLedger(30, 100, 100, 0, 5, 10) };
        var observed = See(Goal.Direct, memory) with
        {
            Now = DateTimeOffset.UnixEpoch.AddMinutes(1),
            Ledger = Known.Of(new LedgerView(new Dictionary<Transport, TransportLedger>(), 0, new RecentLedger(5, handled, handled, failed, 5, p95))),
        };
        Assert.Equal(expected, Operator.Analysis.AnalysisRule.Measure(observed, memory, undisturbed: true).Verdict);
    }

    private static MoveMemory Begun(Goal target) => new()
    {
        Epoch = 1,
        Target = target,
        From = Goal.Direct,
        LastGood = Goal.Direct,
        Generation = 1,
        StartedAt = DateTimeOffset.UnixEpoch,
    };

    private Observed See(Goal wanted, MoveMemory memory) => _world.Observe(wanted, 1, memory, Options);
}

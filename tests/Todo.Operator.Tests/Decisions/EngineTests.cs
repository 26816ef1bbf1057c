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

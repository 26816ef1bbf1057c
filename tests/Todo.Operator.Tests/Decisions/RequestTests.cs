using Todo.Operator.Decisions;
using Todo.Operator.Decisions.Requests;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Decisions;

/// <summary>What abort, rollback, retry and promote do, and when they are refused.</summary>
public sealed class RequestTests
{
    private static readonly Goal Kafka = Goal.Dapr(Broker.Kafka);
    private static readonly Goal Redis = Goal.Dapr(Broker.Redis);
    private static readonly Failure Failed = new(1, Failure.AnalysisFailed, "20 % failed", Snapshot.Start);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Abort_goes_back_to_the_last_good_transport_whatever_onFailure_says(bool rollbackOnFailure)
    {
        var observed = Asked(Snapshot.Between(Kafka, Redis, 1, Snapshot.UnderWay(Kafka, Redis)), RequestKind.Abort);
        var decision = Engine.Decide(observed with { Options = new MoveOptions { RollbackOnFailure = rollbackOnFailure } });
        Assert.True(decision.PersistFirst);
        Assert.Equal((Kafka, MoveReason.Rollback, Failure.Aborted), (decision.Memory.Target, decision.Memory.Reason, decision.Memory.Failure?.Reason));
        Assert.Equal(AnalysisTally.None, decision.Memory.Analysis);
        Assert.Equal(("now", "Going back to dapr-kafka."), (Result(decision, RequestKind.Abort).Token, Result(decision, RequestKind.Abort).Result));
    }

    [Fact]
    public void Abort_of_a_frozen_move_goes_back_too()
    {
        var memory = Snapshot.UnderWay(Kafka, Redis) with { Failure = Failed };
        var decision = Engine.Decide(Asked(Snapshot.Between(Kafka, Redis, 1, memory), RequestKind.Abort) with { Options = new MoveOptions { RollbackOnFailure = false } });
        Assert.Equal((Kafka, MoveReason.Rollback), (decision.Memory.Target, decision.Memory.Reason));
    }

    [Fact]
    public void A_token_is_taken_up_once()
    {
        var observed = Asked(Snapshot.On(Redis, Snapshot.Finished(Redis, Kafka)), RequestKind.Rollback);
        var taken = Engine.Decide(observed).Memory;
        Assert.Equal((Kafka, 4), (taken.Target, taken.Epoch));

        var wentForward = Engine.Decide(observed with { Generation = 2, Wish = "other", Memory = taken, Preflight = PreflightVerdict.Passed });
        Assert.Equal((Redis, MoveReason.Spec, "now"), (wentForward.Memory.Target, wentForward.Memory.Reason, Result(wentForward, RequestKind.Rollback).Token));
        Assert.Null(RequestHandler.Next(observed with { Memory = wentForward.Memory }));
        Assert.NotNull(RequestHandler.Next(observed with { Memory = wentForward.Memory, Requests = [new PlatformRequest(RequestKind.Rollback, "again")] }));
    }

    [Fact]
    public void Rollback_leads_to_the_transport_before_the_last_move_until_the_spec_changes()
    {
        var observed = Asked(Snapshot.On(Redis, Snapshot.Finished(Redis, Kafka)), RequestKind.Rollback);
        var decision = Engine.Decide(observed);
        Assert.Equal((Kafka, MoveReason.Rollback, Failure.RollbackRequested, Phase.RollingBack), (decision.Memory.Target, decision.Memory.Reason, decision.Memory.Failure?.Reason, decision.Phase));

        var stays = Engine.Decide(Snapshot.On(Kafka, decision.Memory with { FinishedAt = Snapshot.Start }, Redis));
        Assert.Equal((Phase.RolledBack, false), (stays.Phase, stays.PersistFirst));
    }

    [Fact]
    public void Finishing_a_move_remembers_where_it_came_from()
    {
        var decision = Engine.Decide(Snapshot.On(Redis, Snapshot.UnderWay(Kafka, Redis) with { PublishersBackAt = Snapshot.Start }));
        Assert.Equal((Phase.Migrated, Redis, Kafka), (decision.Phase, decision.Memory.LastGood, decision.Memory.PreviousGood));
    }

    [Fact]
    public void Retry_begins_the_same_generation_again_once_the_checks_pass()
    {
        var rolledBack = Snapshot.Finished(Kafka) with { Reason = MoveReason.Rollback, Failure = Failed };
        var observed = Asked(Snapshot.On(Kafka, rolledBack, Redis), RequestKind.Retry);
        var taken = Engine.Decide(observed);
        Assert.True(taken.PersistFirst);
        Assert.Null(taken.Memory.Failure);
        Assert.Equal((3, Phase.Preflight), (taken.Memory.Epoch, taken.Phase));

        var next = observed with { Memory = taken.Memory };
        Assert.True(Engine.NeedsPreflight(next));
        var begun = Engine.Decide(next);
        Assert.Equal((Redis, MoveReason.Spec, 4), (begun.Memory.Target, begun.Memory.Reason, begun.Memory.Epoch));
    }

    [Fact]
    public void Retry_of_a_frozen_move_goes_on_with_new_clocks()
    {
        var memory = Snapshot.UnderWay(Kafka, Redis) with { Failure = Failed, Analysis = new AnalysisTally(Verdict.Failed, 15, 0, 0, Snapshot.Start, "bad"), Step = new Step("Publishers 1/4", Snapshot.Start.AddHours(-1)) };
        var observed = Asked(Snapshot.Between(Kafka, Redis, 1, memory), RequestKind.Retry) with { Options = new MoveOptions { RollbackOnFailure = false } };
        var taken = Engine.Decide(observed).Memory;
        var next = Engine.Decide(observed with { Memory = taken });
        Assert.Equal((Phase.Swapping, 3, 0), (next.Phase, next.Memory.Epoch, next.Memory.Analysis.Failures));
    }

    /// <summary>Restarts stay on a pod for as long as it lives.</summary>
    [Fact]
    public void Retry_of_a_move_that_a_crash_froze_forgets_the_restarts_and_promote_is_not_offered()
    {
        var frozen = Snapshot.Between(Kafka, Redis, 1, Snapshot.UnderWay(Kafka, Redis)) with { Options = new MoveOptions { RollbackOnFailure = false } };
        frozen = frozen with { Services = [.. frozen.Services.Select(s => s with { Pods = [.. s.Pods.Select(p => p with { AppRestarts = 9 })] })] };
        var crashed = Engine.Decide(frozen);
        var standing = Engine.Decide(frozen with { Memory = crashed.Memory });
        Assert.Equal((Failure.ServiceCrashing, Phase.Paused), (crashed.Memory.Failure?.Reason, standing.Phase));
        Assert.EndsWith(
            "Annotate the TodoPlatform with a value of your own: platform.todo.io/retry tries again from here, platform.todo.io/abort goes back.",
            standing.Message,
            StringComparison.Ordinal);

        var taken = Engine.Decide(Asked(frozen with { Memory = standing.Memory }, RequestKind.Retry)).Memory;
        var next = Engine.Decide(frozen with { Memory = taken });
        Assert.Equal((Phase.Swapping, null), (next.Phase, next.Memory.Failure));
    }

    /// <summary>The same destination with the same settings has failed, whatever else the spec says meanwhile; another wish has not.</summary>
    [Theory]
    [InlineData(2, "failed", Phase.RolledBack)]
    [InlineData(1, "generated by a newer operator", Phase.RolledBack)]
    [InlineData(2, "other", Phase.Preparing)]
    public void What_has_failed_is_tried_again_only_when_something_else_is_asked_for(long generation, string wish, Phase expected)
    {
        var rolledBack = Snapshot.Finished(Kafka) with { Reason = MoveReason.Rollback, Failure = Failed with { Wish = "failed" } };
        Assert.Equal(expected, Engine.Decide(Snapshot.On(Kafka, rolledBack, Redis) with { Generation = generation, Wish = wish }).Phase);
    }

    [Fact]
    public void Promote_moves_the_next_publisher_without_the_rest_of_the_soak()
    {
        var options = new MoveOptions { Soak = TimeSpan.FromHours(1) };
        var observed = Snapshot.Between(Kafka, Redis, 1, Snapshot.UnderWay(Kafka, Redis) with { StartedAt = Snapshot.Start.AddMinutes(-1) }) with { Options = options };
        var soaking = Engine.Decide(observed);
        Assert.Empty(soaking.Actions);

        var taken = Engine.Decide(Asked(observed with { Memory = soaking.Memory }, RequestKind.Promote)).Memory;
        Assert.Empty(Engine.Decide(observed with { Memory = taken, Now = Snapshot.Start.AddMilliseconds(999) }).Actions);

        // Figures of the time since then there are after a second.
        var next = Engine.Decide(observed with { Memory = taken, Now = Snapshot.Start.AddSeconds(1) });
        Assert.Equal(ServiceId.RecurringTask, Assert.IsType<SetTemplate>(Assert.Single(next.Actions)).Service);
    }

    [Fact]
    public void Promote_accepts_bad_figures_of_this_step_only()
    {
        var memory = Snapshot.UnderWay(Kafka, Redis) with { Step = new Step("Publishers 1/4", Snapshot.Start) };
        var observed = Snapshot.Between(Kafka, Redis, 1, memory) with { Ledger = Known.Of(Snapshot.Ledger(80, 20, 10)) };
        var held = Engine.Decide(observed);
        Assert.Empty(held.Actions);
        Assert.Contains("Not going on", held.Message, StringComparison.Ordinal);

        var taken = Engine.Decide(Asked(observed with { Memory = held.Memory }, RequestKind.Promote)).Memory;
        var next = Engine.Decide(observed with { Memory = taken });
        Assert.IsType<SetTemplate>(Assert.Single(next.Actions));

        var later = Snapshot.Between(Kafka, Redis, 2, next.Memory with { Step = new Step("Publishers 2/4", Snapshot.Start) }) with { Ledger = observed.Ledger };
        Assert.Contains("Not going on", Engine.Decide(later).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RequestKind.Abort, "Refused: no move is under way")]
    [InlineData(RequestKind.Retry, "Refused: what the spec asks for has not failed.")]
    [InlineData(RequestKind.Promote, "Refused: nothing is being watched")]
    public void At_rest_it_is_acknowledged_with_the_reason_and_changes_nothing(RequestKind kind, string because)
    {
        var memory = Snapshot.Finished(Redis, Kafka);
        var decision = Engine.Decide(Asked(Snapshot.On(Redis, memory), kind));
        Assert.StartsWith(because, Result(decision, kind).Result, StringComparison.Ordinal);
        Assert.Equal(memory, decision.Memory with { Acknowledged = memory.Acknowledged });
        Assert.Equal((true, 0, Phase.Migrated), (decision.PersistFirst, decision.Actions.Count, decision.Phase));
    }

    [Fact]
    public void Rollback_is_refused_under_way_and_where_no_earlier_transport_is_known()
    {
        var moving = Engine.Decide(Asked(Snapshot.Between(Kafka, Redis, 1, Snapshot.UnderWay(Kafka, Redis)), RequestKind.Rollback));
        Assert.Equal((Redis, "Refused: a move is under way. platform.todo.io/abort goes back from it."), (moving.Memory.Target, Result(moving, RequestKind.Rollback).Result));

        var first = Engine.Decide(Asked(Snapshot.On(Redis, Snapshot.Finished(Redis)), RequestKind.Rollback));
        Assert.Equal("Refused: no transport before the present one is known.", Result(first, RequestKind.Rollback).Result);
    }

    [Fact]
    public void Nothing_is_taken_up_while_nothing_may_be_changed()
    {
        var observed = Asked(Snapshot.Between(Kafka, Redis, 1, Snapshot.UnderWay(Kafka, Redis)), RequestKind.Abort);
        Assert.NotNull(RequestHandler.Next(observed));
        Assert.Null(RequestHandler.Next(observed with { Paused = true }));
        Assert.Null(RequestHandler.Next(observed with { PlanOnly = true }));
        Assert.Null(RequestHandler.Next(observed with { Deleting = true }));
        Assert.Empty(Engine.Decide(observed with { Paused = true }).Memory.Acknowledged);
    }

    [Fact]
    public void What_is_dead_is_sent_again_at_rest_and_beside_a_move_without_touching_it()
    {
        var rest = Snapshot.On(Redis, Snapshot.Finished(Redis));
        Assert.Equal([new ReplayDead("now")], Engine.Decide(Asked(rest, RequestKind.ReplayDead)).Actions);

        var moving = Snapshot.Between(Kafka, Redis, 1, Snapshot.UnderWay(Kafka, Redis));
        var (alone, beside) = (Engine.Decide(moving), Engine.Decide(Asked(moving, RequestKind.ReplayDead)));
        Assert.False(alone.PersistFirst);
        Assert.Equal([.. alone.Actions, new ReplayDead("now")], beside.Actions);
        Assert.Equal((alone.Message, alone.Memory.Acknowledged.Count), (beside.Message, beside.Memory.Acknowledged.Count));
    }

    [Fact]
    public void What_is_dead_is_not_sent_again_twice_for_one_token_nor_while_nothing_may_be_changed()
    {
        var asked = Asked(Snapshot.On(Redis, Snapshot.Finished(Redis)), RequestKind.ReplayDead);
        var taken = asked.Memory with { Acknowledged = asked.Memory.Acknowledged.SetItem(RequestKind.ReplayDead, new Acknowledgement("now", Snapshot.Start, "Sending 2 dead events again.")) };
        Assert.Null(RequestHandler.Order(asked with { Memory = taken }));
        Assert.NotNull(RequestHandler.Order(asked with { Memory = taken, Requests = [new PlatformRequest(RequestKind.ReplayDead, "again")] }));
        Assert.Null(RequestHandler.Order(asked with { Paused = true }));
        Assert.Null(RequestHandler.Order(asked with { PlanOnly = true }));
        Assert.Null(RequestHandler.Order(asked with { Deleting = true }));
    }

    private static Observed Asked(Observed observed, RequestKind kind) => observed with { Requests = [new PlatformRequest(kind, "now")] };

    private static Acknowledgement Result(Decision decision, RequestKind kind) => decision.Memory.Acknowledged[kind];
}

using System.Collections.Immutable;
using Todo.Operator.Decisions;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Decisions;

/// <summary>Pauses say since when and what comes next, and time in them counts for nothing.</summary>
public sealed class PauseTests
{
    private static readonly Goal Kafka = Goal.Dapr(Broker.Kafka);
    private static readonly Goal Redis = Goal.Dapr(Broker.Redis);

    [Fact]
    public void A_pause_in_the_middle_names_the_next_step_and_does_nothing()
    {
        var observed = Half() with { Paused = true };
        var decision = Engine.Decide(observed);
        Assert.Equal((Phase.Paused, Stage.Publishers, false), (decision.Phase, decision.Stage, decision.PersistFirst));
        Assert.Empty(decision.Actions);
        Assert.Equal("Paused by spec.paused since 2026-11-22T08:00:00Z. Next: Rolling out recurring-service.", decision.Message);

        var later = Engine.Decide(observed with { Now = Snapshot.Start.AddHours(3), Memory = decision.Memory });
        Assert.Contains("since 2026-11-22T08:00:00Z", later.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pause_before_a_move_names_the_checks_and_the_move()
    {
        var decision = Engine.Decide(Snapshot.On(Kafka, Snapshot.Finished(Kafka), Redis) with { Paused = true });
        Assert.EndsWith("Next: the checks, then the move from dapr-kafka to dapr-redis.", decision.Message, StringComparison.Ordinal);
        Assert.Equal((3, Kafka), (decision.Memory.Epoch, decision.Memory.Target));
    }

    [Fact]
    public void A_pause_of_a_finished_platform_says_that_nothing_is_left_to_do() =>
        Assert.EndsWith("Next: nothing, all is as the spec asks.", Engine.Decide(Snapshot.On(Kafka, Snapshot.Finished(Kafka)) with { Paused = true }).Message, StringComparison.Ordinal);

    [Fact]
    public void After_a_pause_of_hours_no_step_is_late_and_no_silence_is_old()
    {
        var memory = Half().Memory with
        {
            Step = new Step("Publishers 1/4", Snapshot.Start),
            Drains = ImmutableSortedDictionary<Broker, DrainNote>.Empty.Add(Broker.Kafka, new DrainNote { Lowest = 3, QuietSince = Snapshot.Start, ProgressAt = Snapshot.Start }),
        };
        var paused = Engine.Decide(Half() with { Paused = true, Memory = memory }).Memory;
        var end = Snapshot.Start.AddHours(3);
        var resumed = Engine.Decide(Half() with { Now = end, Memory = paused });
        Assert.Equal((Phase.Swapping, null, null), (resumed.Phase, resumed.Memory.Failure, resumed.Memory.PausedAt));
        Assert.Equal(end, resumed.Memory.Step!.Since);
        Assert.Equal((null, end), (resumed.Memory.Drains[Broker.Kafka].QuietSince, resumed.Memory.Drains[Broker.Kafka].ProgressAt));

        // Without a pause the same time is far too long.
        Assert.Equal(Failure.StepTimeout, Engine.Decide(Stuck() with { Now = end, Memory = Engine.Decide(Stuck()).Memory }).Memory.Failure?.Reason);
    }

    [Fact]
    public void A_resource_whose_Deployments_are_gone_may_go()
    {
        var observed = Half() with { Deleting = true, Services = [.. Half().Services.Select(s => s with { Deployment = null, Pods = [] })] };
        var decision = Engine.Decide(observed);
        Assert.IsType<RemoveFinalizer>(Assert.Single(decision.Actions));
        Assert.False(Engine.NeedsAnswers(observed));

        var oneLeft = observed with { Services = [Half().Services[0], .. observed.Services.Skip(1)] };
        Assert.DoesNotContain(Engine.Decide(oneLeft).Actions, a => a is RemoveFinalizer);
    }

    private static Observed Half() => Snapshot.Between(Kafka, Redis, 1, Snapshot.UnderWay(Kafka, Redis));

    /// <summary>The backend's pods never become ready.</summary>
    private static Observed Stuck() => Half() with
    {
        Services =
        [
            .. Half().Services.Select(s => s.Id != ServiceId.Backend ? s : s with
            {
                Deployment = s.Deployment! with { RolledOut = false },
                Pods = [.. s.Pods.Select(p => p with { Ready = false, ReadySince = null, SidecarReady = false })],
            }),
        ],
    };
}

using FsCheck;
using FsCheck.Fluent;
using Todo.Operator.Decisions;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation;

public sealed class MoveLaws(ITestOutputHelper output)
{
    private static readonly Goal[] Goals = [Goal.Direct, Goal.Dapr(Broker.Kafka), Goal.Dapr(Broker.Redis)];

    public static TheoryData<string, string> Pairs()
    {
        var data = new TheoryData<string, string>();
        foreach (var from in Goals)
        {
            foreach (var to in Goals.Where(g => !g.Equals(from)))
            {
                data.Add(from.ToString(), to.ToString());
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_transport_is_reached_from_every_other_and_nothing_is_left_of_the_old_one(string from, string to)
    {
        var run = new Run(seed: 7, unreliability: 0);
        Reach(run, Goal.Parse(from)!, 1, 400);
        var begun = run.World.Tick;
        Reach(run, Goal.Parse(to)!, 2, 400);
        output.WriteLine($"{from} -> {to}: {run.World.Tick - begun} s of simulated time");
        output.WriteLine(string.Join('\n', run.Log));
        AssertAtRest(run, Goal.Parse(to)!);
    }

    [Fact]
    public void Whatever_the_order_of_wishes_no_event_is_without_a_consumer_and_the_last_wish_is_reached() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(150).WithQuietOnSuccess(quietOnSuccess: true),
            Prop.ForAll(Histories(), history =>
            {
                var run = new Run(history.Seed, history.Unreliability);
                var generation = 0L;
                foreach (var (goal, ticks) in history.Wishes)
                {
                    generation++;
                    for (var i = 0; i < ticks; i++)
                    {
                        if (run.Step(Goals[goal], generation) is { } broken)
                        {
                            return false.Label(Story(broken, run));
                        }
                    }
                }

                var last = Goals[history.Wishes[^1].Goal];
                for (var i = 0; i < 1500 && !(run.Last!.Phase == Phase.Migrated && run.Last.Stage == Stage.Done); i++)
                {
                    if (run.Step(last, generation) is { } broken)
                    {
                        return false.Label(Story(broken, run));
                    }
                }

                return (run.Last!.Phase == Phase.Migrated).Label(Story("not at rest", run));
            }));

    [Fact]
    public void A_settled_platform_is_left_alone()
    {
        var run = new Run(seed: 3, unreliability: 0);
        Reach(run, Goals[2], 1, 400);
        var writes = run.World.Writes;
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(run.Step(Goals[2], 1));
            Assert.Empty(run.Last!.Actions);
        }

        Assert.Equal(writes, run.World.Writes);
        Assert.False(run.Last!.Awaiting);
    }

    [Fact]
    public void No_publisher_moves_while_the_targets_consumers_hear_nothing()
    {
        var run = new Run(seed: 5, unreliability: 0);
        run.World.Deaf = true;
        for (var i = 0; i < 200; i++)
        {
            Assert.Null(run.Step(Goals[2], 1));
        }

        Assert.Equal(Stage.Probe, run.Last!.Stage);
        Assert.All(run.World.Apps, a => Assert.False(run.World.Template(a.Id).UseDapr));

        run.World.Deaf = false;
        Reach(run, Goals[2], 1, 400);
    }

    [Fact]
    public void Bad_figures_bring_everything_back_to_the_last_good_transport()
    {
        var run = new Run(seed: 11, unreliability: 0);
        Reach(run, Goals[1], 1, 400);
        run.World.Poisoned = Broker.Redis;
        RunUntil(run, Goals[2], 2, Phase.RolledBack);
        AssertAtRest(run, Goals[1]);
        Assert.Equal("AnalysisFailed", run.Memory.Failure!.Reason);
        Assert.Contains("20.0 % of 100 attempts failed", run.Memory.Failure.Message, StringComparison.Ordinal);

        // The same wish is not tried again by itself, in whatever generation; after another one it is.
        run.World.Poisoned = null;
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(run.Step(Goals[2], 2 + (i / 50)));
            Assert.Equal(Phase.RolledBack, run.Last!.Phase);
        }

        Reach(run, Goals[1], 4, 400);
        Reach(run, Goals[2], 5, 400);
        AssertAtRest(run, Goals[2]);
    }

    [Fact]
    public void Sidecars_that_never_start_are_taken_away_again()
    {
        var run = new Run(seed: 12, unreliability: 0) { Options = new MoveOptions { StepTimeout = TimeSpan.FromSeconds(60) } };
        run.World.BrokenSidecars = true;
        RunUntil(run, Goals[1], 1, Phase.RolledBack);
        AssertAtRest(run, Goal.Direct);
        Assert.Equal("StepTimeout", run.Memory.Failure!.Reason);
    }

    [Fact]
    public void Pods_that_never_start_on_the_new_broker_do_not_hold_up_the_way_back()
    {
        var run = new Run(seed: 13, unreliability: 0) { Options = new MoveOptions { StepTimeout = TimeSpan.FromSeconds(60) } };
        Reach(run, Goals[1], 1, 400);
        run.World.Stuck = Broker.Redis;
        RunUntil(run, Goals[2], 2, Phase.RolledBack);
        AssertAtRest(run, Goals[1]);
    }

    private static void RunUntil(Run run, Goal goal, long generation, Phase phase)
    {
        for (var i = 0; i < 600; i++)
        {
            Assert.Null(run.Step(goal, generation));
            if (run.Last!.Phase == phase)
            {
                return;
            }
        }

        Assert.Fail(Story($"{phase} not reached", run));
    }

    private static void Reach(Run run, Goal goal, long generation, int limit)
    {
        for (var i = 0; i < limit; i++)
        {
            Assert.Null(run.Step(goal, generation));
            if (run.Last is { Phase: Phase.Migrated } && run.Memory.Target!.Equals(goal) && run.Memory.FinishedAt is not null)
            {
                return;
            }
        }

        Assert.Fail(Story($"{goal} not reached", run));
    }

    private static void AssertAtRest(Run run, Goal goal)
    {
        foreach (var app in run.World.Apps)
        {
            var dapr = goal.ThroughDapr(app.Id);
            Assert.Equal(new TemplateFlags(dapr, dapr ? World.Names.Component(goal.Broker, app.AppId) : null, !dapr), run.World.Template(app.Id));
        }

        Assert.Equal(goal.AnyDapr, run.World.Job);
        Assert.All(run.World.Objects, o => Assert.True(goal.AnyDapr && (o.Broker is null || o.Broker == goal.Broker)));
    }

    private static Arbitrary<History> Histories() =>
        (from seed in Gen.Choose(0, int.MaxValue)
         from unreliability in Gen.Elements(0.0, 0.05, 0.15)
         from length in Gen.Choose(1, 5)
         from wishes in Gen.Zip(Gen.Choose(0, 2), Gen.Choose(1, 120)).ListOf(length)
         select new History(seed, unreliability, [.. wishes.Select(w => (w.Item1, w.Item2))])).ToArbitrary();

    private static string Story(string what, Run run) => $"{what}\n{string.Join('\n', run.Log.TakeLast(60))}";

    private sealed record History(int Seed, double Unreliability, IReadOnlyList<(int Goal, int Ticks)> Wishes)
    {
        public override string ToString() => $"seed {Seed}, unreliability {Unreliability}, {string.Join(" then ", Wishes.Select(w => $"{Goals[w.Goal]} for {w.Ticks} s"))}";
    }
}

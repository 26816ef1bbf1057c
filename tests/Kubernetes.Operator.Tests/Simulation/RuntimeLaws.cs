using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Client.Entities;
using Kubernetes.Operator.Tests.Support;

namespace Kubernetes.Operator.Tests.Simulation;

/// <summary>
/// Whatever happens to events, streams, requests and leaders, in whatever order: once it is over, each process's view is equal to the world,
/// every wish has its deed, and then nothing is written any more.
/// </summary>
public sealed class RuntimeLaws
{
    // Long enough for a half-open stream (3 minutes) and the longest pauses after it.
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(6);

    private static readonly Dictionary<string, Kind[]> Faults = new()
    {
        ["none"] = [Kind.Pause],
        ["streams are cut or end"] = [Kind.CutStreams, Kind.EndStreams],
        ["streams are half open"] = [Kind.SilenceStreams],
        ["histories are forgotten"] = [Kind.ExpireStreams, Kind.Forget, Kind.CutStreams],
        ["events come late, twice or in another order"] = [Kind.StallStreams, Kind.RepeatEvent, Kind.SwapEvents],
        ["events are missed because the stream dies first"] = [Kind.StallStreams, Kind.CutStreams, Kind.SilenceStreams],
        ["requests are refused"] = [Kind.Conflicts, Kind.TooMany, Kind.ServerErrors],
        ["answers are lost or late"] = [Kind.LoseAnswers, Kind.SlowAnswers, Kind.StallStreams],
        ["leaders freeze or die"] = [Kind.FreezeLeader, Kind.KillLeader],
        ["all at once"] = Enum.GetValues<Kind>(),
    };

    public static TheoryData<string> Names => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Once_it_is_over_every_view_is_equal_to_the_world(string faults) => Verify(Laws.FromFixedSeed(20), Faults[faults]);

    /// <summary>LAW_RUNS says how many runs, LAW_SEED where they begin.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Names))]
    public void It_is_from_any_seed(string faults) => Verify(Laws.FromAnySeed(500), Faults[faults]);

    [Fact]
    public void The_same_disturbances_are_the_same_run_to_the_last_write()
    {
        Disturbance[] steps =
        [
            .. from kind in Enum.GetValues<Kind>()
               from which in Enumerable.Range(0, 4)
               select new Disturbance(kind, which, (which + (int)kind) % 10),
        ];
        var first = Play(steps).World.Journal;
        Assert.True(first.Count > 100, $"a run of {first.Count} writes tells nothing");
        Assert.Equal(first, Play(steps).World.Journal);
    }

    [Fact]
    public void A_deed_for_a_wish_that_has_gone_goes_too()
    {
        // The leader hears of the wish nine seconds late, when it has long gone: what it makes then belongs to nobody.
        var run = new SimulatedRun();
        run.Pass(TimeSpan.FromSeconds(10));
        run.Do(new Disturbance(Kind.StallStreams, 0, 9));
        run.Do(new Disturbance(Kind.StallStreams, 1, 9));
        run.Do(new Disturbance(Kind.Wish, 2, 6));
        run.Do(new Disturbance(Kind.Withdraw, 2, 3));
        run.Pass(TimeSpan.FromSeconds(30));
        Assert.Contains(run.World.Journal, static line => line.Contains("Added (Deed, w2)"));
        AllIsWell(run);
    }

    [Fact]
    public void An_answer_that_comes_after_the_objects_end_does_not_bring_it_back()
    {
        // The create's answer is three seconds late; meanwhile the watch has told of the deed and of its end.
        var run = new SimulatedRun();
        run.Pass(TimeSpan.FromSeconds(10));
        foreach (var process in run.Alive)
        {
            process.Wire.SlowAnswers(TimeSpan.FromSeconds(1));
        }

        run.Do(new Disturbance(Kind.Wish, 0, 9));
        run.Do(new Disturbance(Kind.Withdraw, 0, 9));
        run.Do(new Disturbance(Kind.Undo, 0, 9));
        run.Pass(TimeSpan.FromSeconds(30));
        AllIsWell(run);
    }

    private static void Verify(Config config, Kind[] kinds) =>
        Check.One(config.WithEndSize(40).WithQuietOnSuccess(true), Prop.ForAll(Disturbance.Sequences(kinds), static steps =>
        {
            var run = Play(steps);
            AllIsWell(run);

            var writes = run.World.OperatorWrites;
            run.Pass(TimeSpan.FromMinutes(2));
            Assert.Equal(writes, run.World.OperatorWrites);
            Assert.Single(run.Alive, static p => p.IsLeader);
        }));

    private static SimulatedRun Play(Disturbance[] steps)
    {
        var run = new SimulatedRun();
        run.Pass(TimeSpan.FromSeconds(10));
        foreach (var step in steps)
        {
            run.Do(step);
        }

        run.Pass(Calm);
        return run;
    }

    private static void AllIsWell(SimulatedRun run)
    {
        foreach (var process in run.Alive)
        {
            Assert.Equal(Shown(run.World.List<V1Wish>()), Shown(process.Cache<V1Wish>().List()));
            Assert.Equal(Shown(run.World.List<V1Deed>()), Shown(process.Cache<V1Deed>().List()));
        }

        Assert.Equal(
            run.World.List<V1Wish>().Select(w => $"{w.Name()}={w.Spec.Value} of {w.Uid()}"),
            run.World.List<V1Deed>().Select(d => $"{d.Name()}={d.Spec.Value} of {d.GetController()?.Uid}"));
    }

    private static IEnumerable<string> Shown(IEnumerable<IKubernetesObject> objects) => objects.Select(o => $"{o.Name()}@{o.ResourceVersion()}");
}

using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Client.Entities;

namespace Kubernetes.Operator.Tests.Simulation;

/// <summary>
/// Whatever happens to events, streams, requests and leaders, in whatever order: once it is over, each process's view is equal to the world,
/// every wish has its deed, and then nothing is written any more. <c>SIMULATION_RUNS</c> says how many runs each law gets.
/// </summary>
public sealed class RuntimeLaws
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(int.Parse(Environment.GetEnvironmentVariable("SIMULATION_RUNS") ?? "10")).WithEndSize(40);

    // Long enough for a half-open stream (3 minutes) and the longest pauses after it.
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(6);

    [Fact]
    public void Undisturbed() => Verify();

    [Fact]
    public void Streams_that_are_cut_or_end() => Verify(Kind.CutStreams, Kind.EndStreams);

    [Fact]
    public void Streams_that_are_half_open() => Verify(Kind.SilenceStreams);

    [Fact]
    public void Histories_that_are_forgotten() => Verify(Kind.ExpireStreams, Kind.Forget, Kind.CutStreams);

    [Fact]
    public void Events_that_come_late_twice_or_in_another_order() => Verify(Kind.StallStreams, Kind.RepeatEvent, Kind.SwapEvents);

    [Fact]
    public void Events_that_are_missed_because_the_stream_dies_first() => Verify(Kind.StallStreams, Kind.CutStreams, Kind.SilenceStreams);

    [Fact]
    public void Requests_that_are_refused() => Verify(Kind.Conflicts, Kind.TooMany, Kind.ServerErrors);

    [Fact]
    public void Answers_that_are_lost_or_late() => Verify(Kind.LoseAnswers, Kind.SlowAnswers, Kind.StallStreams);

    [Fact]
    public void Leaders_that_freeze_or_die() => Verify(Kind.FreezeLeader, Kind.KillLeader);

    [Fact]
    public void All_at_once() => Verify(Enum.GetValues<Kind>());

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

    private static void Verify(params Kind[] kinds) =>
        Check.One(Config, Prop.ForAll(Disturbance.Sequences(kinds.Length == 0 ? [Kind.Pause] : kinds), static steps =>
        {
            var run = new SimulatedRun();
            run.Pass(TimeSpan.FromSeconds(10));
            foreach (var step in steps)
            {
                run.Do(step);
            }

            run.Pass(Calm);
            AllIsWell(run);

            var writes = run.World.OperatorWrites;
            run.Pass(TimeSpan.FromMinutes(2));
            Assert.Equal(writes, run.World.OperatorWrites);
            Assert.Single(run.Alive, static p => p.IsLeader);
        }));

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

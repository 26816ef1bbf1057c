using System.Globalization;
using Todo.Operator.Tests.Simulation.Faults;
using Todo.Operator.Tests.Simulation.Runs;
using Todo.Operator.Tests.Simulation.Scenarios;

namespace Todo.Operator.Tests.Simulation;

/// <summary>The whole operator against a simulated cluster: whatever goes wrong on the way, the end is the same.</summary>
[Collection(nameof(OnAllCores))]
public sealed class FaultTests(ITestOutputHelper output)
{
    /// <summary>Faults that are put into the runs of the sample, one to three into each.</summary>
    private const int Perturbations = 500;

    private static readonly FaultKind[] Enumerated = [FaultKind.CrashBefore, FaultKind.CrashAfter, FaultKind.StaleLeader];

    [Fact]
    public void Undisturbed_every_scenario_comes_to_its_end_breaks_no_law_and_loses_nothing() =>
        Perturbed.All(Catalogue.All.Select(s => new RunId(s.Name, Oracle.Seed)), output);

    /// <summary>One to three faults of any kind anywhere, and any course of the world.</summary>
    [Fact]
    public void Disturbed_at_random_the_end_is_the_same()
    {
        Oracle.Prepare();
        var runs = Sample(Number("SIMULATION_SEED") ?? 1, Number("SIMULATION_PERTURBATIONS") ?? Perturbations);
        output.WriteLine($"{runs.Sum(r => r.Faults.Count)} perturbations, seeds {runs[0].Seed} to {runs[^1].Seed}");
        Perturbed.All(runs, output);
    }

    /// <summary>What an enumeration or a sample once found stays found.</summary>
    [Theory]
    [InlineData("back-before-anything-moved:7:StaleLeader@11")]
    [InlineData("no-sidecars:76:StaleLeader@9")]
    [InlineData("token-rotated-in-mid-move:7:StaleLeader@54")]
    [InlineData("another-kafka-then-another-mind:7:CrashBefore@24")]
    [InlineData("delete-with-retain-in-mid-move:7:StaleLeader@7")]
    [InlineData("another-kafka-is-deaf:7:CrashBefore@37")]
    [InlineData("settings-of-the-same-kafka:7:StaleLeader@6")]
    [InlineData("settings-of-the-same-kafka-given-back:7:StaleLeader@22")]
    [InlineData("a-partition-without-a-member:7:CrashBefore@10")]
    [InlineData("delete-with-retain-in-mid-move:31:Gone@48,StaleLeader@22,Expired@39")]
    public void What_ended_differently_once_ends_as_it_should(string run) => Assert.Empty(Oracle.Judge(SimulatedRun.Play(RunId.Parse(run))));

    [Fact(Explicit = true)]
    public void Killed_or_overtaken_at_any_write_the_end_is_the_same()
    {
        Oracle.Prepare();
        Perturbed.All(Thinned(Places((writes, _) => Enumerated.SelectMany(k => At(k, writes))), every: 1), output);
    }

    /// <summary>There are too many of these for one sitting; <c>SIMULATION_EVERY=1</c> plays all of them.</summary>
    [Fact(Explicit = true)]
    public void With_any_other_fault_at_any_write_or_watch_event_the_end_is_the_same()
    {
        Oracle.Prepare();
        Perturbed.All(
            Thinned(
                Places((writes, events) => Fault.WriteKinds.Except(Enumerated).SelectMany(k => At(k, writes)).Concat(Fault.EventKinds.SelectMany(k => At(k, events)))),
                every: 20),
            output);
    }

    [Fact(Explicit = true)]
    public void The_run_that_SIMULATION_RUN_names()
    {
        var name = Environment.GetEnvironmentVariable("SIMULATION_RUN");
        Assert.SkipWhen(name is null, "SIMULATION_RUN names no run.");
        var run = SimulatedRun.Play(RunId.Parse(name));
        output.WriteLine(string.Join('\n', run.Trace));
        var wrong = Oracle.Judge(run);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static IEnumerable<RunId> Places(Func<int, int, IEnumerable<Fault>> faults) =>
        from scenario in Catalogue.All
        where scenario.Name.Contains(Environment.GetEnvironmentVariable("SIMULATION_SCENARIO") ?? string.Empty, StringComparison.Ordinal)
        let reference = Oracle.Reference(scenario.Name)
        from fault in faults(reference.Writes, reference.Events)
        select new RunId(scenario.Name, Oracle.Seed, fault);

    private static IEnumerable<Fault> At(FaultKind kind, int count) => Enumerable.Range(1, count).Select(at => new Fault(kind, at));

    private static IEnumerable<RunId> Thinned(IEnumerable<RunId> runs, int every)
    {
        var (step, first) = (Number("SIMULATION_EVERY") ?? every, Number("SIMULATION_OFFSET") ?? 0);
        return runs.Where((_, i) => i % step == first);
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static List<RunId> Sample(int firstSeed, int perturbations)
    {
        List<RunId> runs = [];
        for (var left = perturbations; left > 0; left -= runs[^1].Faults.Count)
        {
            runs.Add(AtRandom(firstSeed + runs.Count));
        }

        return runs;
    }

    private static RunId AtRandom(int seed)
    {
        // Not the seed itself: the run's own streams begin with that one and those after it.
        var random = new Random(seed * 7919);
        var scenario = Catalogue.All[random.Next(Catalogue.All.Count)].Name;
        var reference = Oracle.Reference(scenario);
        var faults = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(3) > 0
            ? new Fault(Fault.WriteKinds[random.Next(Fault.WriteKinds.Count)], random.Next(1, reference.Writes + 1))
            : new Fault(Fault.EventKinds[random.Next(Fault.EventKinds.Count)], random.Next(1, reference.Events + 1)));
        return new RunId(scenario, seed, [.. faults]);
    }
}

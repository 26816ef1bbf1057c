using System.Globalization;
using Todo.Operator.Tests.Simulation.Faults;
using Todo.Operator.Tests.Simulation.Runs;
using Todo.Operator.Tests.Simulation.Scenarios;

namespace Todo.Operator.Tests.Simulation;

/// <summary>The whole operator against a simulated cluster: whatever goes wrong on the way, the end is the same.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    private const int Sampled = 100;

    /// <summary>A part of the enumeration, for a first look.</summary>
    private const int Stride = 23;

    public static TheoryData<string> Scenarios() => [.. Catalogue.All.Select(s => s.Name)];

    [Theory(Explicit = true)]
    [MemberData(nameof(Scenarios))]
    public void Undisturbed_a_scenario_comes_to_its_end_breaks_no_law_and_loses_nothing(string scenario)
    {
        var run = Oracle.Reference(scenario);
        output.WriteLine($"{run.Took.TotalSeconds:0} simulated seconds, {run.Writes} writes, {run.Events} watch events");
        Assert.True(run.Problems.Count == 0, string.Join('\n', run.Problems.Concat(run.Trace)));
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Scenarios))]
    public void Killed_or_overtaken_at_any_write_the_end_is_the_same(string scenario) => Perturbed.All(Enumerated(scenario), output);

    [Fact(Explicit = true)]
    public void Killed_or_overtaken_at_every_twentieth_write_the_end_is_the_same() =>
        Perturbed.All(Catalogue.All.SelectMany(s => Enumerated(s.Name)).Where((_, i) => i % Stride == 0), output);

    [Theory(Explicit = true)]
    [MemberData(nameof(Scenarios))]
    public void With_any_other_fault_at_any_write_or_watch_event_the_end_is_the_same(string scenario)
    {
        var reference = Oracle.Reference(scenario);
        FaultKind[] enumerated = [FaultKind.CrashBefore, FaultKind.CrashAfter, FaultKind.StaleLeader];
        Perturbed.All(
            Fault.WriteKinds.Except(enumerated).SelectMany(k => Places(reference.Writes, k)).Concat(Fault.EventKinds.SelectMany(k => Places(reference.Events, k)))
                .Select(f => new RunId(scenario, Oracle.Seed, f)),
            output);
    }

    /// <summary>One to three faults of any kind anywhere, and any course of the world.</summary>
    [Fact(Explicit = true)]
    public void Disturbed_at_random_the_end_is_the_same()
    {
        var only = Environment.GetEnvironmentVariable("SIMULATION_SEED");
        var seeds = only is null ? Enumerable.Range(1, Sampled) : [int.Parse(only, CultureInfo.InvariantCulture)];
        Perturbed.All(seeds.Select(AtRandom), output);
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

    private static IEnumerable<RunId> Enumerated(string scenario)
    {
        var writes = Oracle.Reference(scenario).Writes;
        return from at in Enumerable.Range(1, writes)
               from kind in new[] { FaultKind.CrashBefore, FaultKind.CrashAfter, FaultKind.StaleLeader }
               select new RunId(scenario, Oracle.Seed, new Fault(kind, at));
    }

    private static IEnumerable<Fault> Places(int count, FaultKind kind) => Enumerable.Range(1, count).Select(at => new Fault(kind, at));

    private static RunId AtRandom(int seed)
    {
        var random = new Random(seed);
        var scenario = Catalogue.All[random.Next(Catalogue.All.Count)].Name;
        var reference = Oracle.Reference(scenario);
        var faults = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(3) > 0
            ? new Fault(Fault.WriteKinds[random.Next(Fault.WriteKinds.Count)], random.Next(1, reference.Writes + 1))
            : new Fault(Fault.EventKinds[random.Next(Fault.EventKinds.Count)], random.Next(1, reference.Events + 1)));
        return new RunId(scenario, seed, [.. faults]);
    }
}

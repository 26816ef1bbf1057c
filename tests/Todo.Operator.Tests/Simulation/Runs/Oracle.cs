using System.Collections.Concurrent;
using Todo.Operator.Tests.Simulation.Scenarios;

namespace Todo.Operator.Tests.Simulation.Runs;

/// <summary>Compares a run with the undisturbed one of the same scenario.</summary>
internal static class Oracle
{
    public const int Seed = 7;

    private static readonly ConcurrentDictionary<string, Lazy<RunResult>> References = new(StringComparer.Ordinal);

    /// <summary>The undisturbed run; it has to be without a fault itself.</summary>
    public static RunResult Reference(string scenario) =>
        References.GetOrAdd(scenario, s => new Lazy<RunResult>(() => SimulatedRun.Play(new RunId(s, Seed)))).Value;

    /// <summary>Plays the undisturbed runs of all scenarios, on all cores.</summary>
    public static void Prepare() => Parallel.ForEach(
        Catalogue.All, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, s => Reference(s.Name));

    /// <summary>Everything that is wrong with a run.</summary>
    public static IReadOnlyList<string> Judge(RunResult run) =>
        [.. run.Problems, .. WorldFacts.Differences(Reference(run.Id.Scenario).Facts, run.Facts)];

    /// <summary>What a failing run prints: what is wrong, how it is repeated, and how it went.</summary>
    public static string Story(RunResult run, IEnumerable<string> wrong) => $"""
        {run.Id}
          {string.Join("\n  ", wrong)}
        Again: SIMULATION_RUN='{run.Id}' tests/Todo.Operator.Tests/bin/Release/net10.0/Todo.Operator.Tests --filter-method '*The_run_that_SIMULATION_RUN_names*' --explicit only
        """;
}

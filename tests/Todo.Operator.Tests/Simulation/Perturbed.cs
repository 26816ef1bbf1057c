using System.Collections.Concurrent;
using System.Diagnostics;
using Todo.Operator.Tests.Simulation.Runs;

namespace Todo.Operator.Tests.Simulation;

/// <summary>Plays runs on all cores, each on one thread, and fails with every one of them that ends differently.</summary>
internal static class Perturbed
{
    private const int MostTold = 20;
    private static readonly TimeSpan Report = TimeSpan.FromSeconds(20);

    public static void All(IEnumerable<RunId> runs, ITestOutputHelper output)
    {
        var all = runs.ToList();
        var watch = Stopwatch.StartNew();
        var results = new ConcurrentQueue<(RunResult Run, string? Story)>();
        using (new Timer(_ => Progress(all.Count, results), null, Report, Report))
        {
            Parallel.ForEach(Partitioner.Create(all, EnumerablePartitionerOptions.NoBuffering), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, id =>
            {
                var run = id is { Seed: Oracle.Seed, Faults.Count: 0 } ? Oracle.Reference(id.Scenario) : SimulatedRun.Play(id);
                var story = Oracle.Judge(run) is { Count: > 0 } wrong ? Oracle.Story(run, wrong) : null;
                if (story is not null)
                {
                    Console.Out.WriteLine(story);
                }

                results.Enqueue((run with { Trace = [] }, story));
            });
        }

        List<string> stories = [.. results.Select(r => r.Story).OfType<string>()];
        output.WriteLine(
            $"{all.Count} runs in {watch.Elapsed.TotalSeconds:0.0} s, {results.Sum(r => (long)r.Run.Writes)} writes; the longest took {results.Max(r => r.Run.Took).TotalSeconds:0} simulated seconds; {stories.Count} ended differently");
        Assert.True(stories.Count == 0, $"{stories.Count} of {all.Count} runs ended differently:\n{string.Join('\n', stories.Take(MostTold))}");
    }

    private static void Progress(int all, ConcurrentQueue<(RunResult Run, string? Story)> results) =>
        Console.Error.WriteLine($"{results.Count} of {all} runs, {results.Count(r => r.Story is not null)} ended differently");
}

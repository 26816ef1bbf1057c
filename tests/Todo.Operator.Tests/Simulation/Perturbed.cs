using System.Diagnostics;
using Todo.Operator.Tests.Simulation.Runs;

namespace Todo.Operator.Tests.Simulation;

/// <summary>Plays runs, and fails with every one of them that ends differently.</summary>
internal static class Perturbed
{
    private const int MostTold = 20;

    public static void All(IEnumerable<RunId> runs, ITestOutputHelper output)
    {
        var watch = Stopwatch.StartNew();
        List<string> stories = [];
        var (count, writes, longest) = (0, 0L, TimeSpan.Zero);
        foreach (var id in runs)
        {
            var run = SimulatedRun.Play(id);
            count++;
            writes += run.Writes;
            longest = run.Took > longest ? run.Took : longest;
            if (Oracle.Judge(run) is { Count: > 0 } wrong)
            {
                stories.Add(Oracle.Story(run, wrong));
            }
        }

        output.WriteLine($"{count} runs in {watch.Elapsed.TotalSeconds:0.0} s, {writes} writes; the longest took {longest.TotalSeconds:0} simulated seconds; {stories.Count} ended differently");
        Assert.True(stories.Count == 0, $"{stories.Count} of {count} runs ended differently:\n{string.Join('\n', stories.Take(MostTold))}");
    }
}

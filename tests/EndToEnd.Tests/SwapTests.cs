using System.Globalization;
using LocalCluster.Hosting.Todo;
using static LocalCluster.Hosting.Todo.Destination;

namespace EndToEnd.Tests;

/// <summary>Broker swaps at the rate that the product is made for, or at SWAP_RATE operations a second: nobody who uses it notices. Long: `make test-long` runs it.</summary>
[TestCaseOrderer(typeof(DeclarationOrder))]
public sealed class SwapTests(PlatformFixture fixture)
{
    private const int Swaps = 10;
    private static readonly int Rate = int.Parse(Environment.GetEnvironmentVariable("SWAP_RATE") ?? "200", CultureInfo.InvariantCulture);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Ten_swaps_in_a_row_under_load()
    {
        var seconds = new List<string>();
        long replayed = 0, dead = 0, suppressed = 0;
        var account = await UnderLoad.RunAsync(fixture.Cluster, DaprKafka, "ten-swaps", async mover =>
        {
            for (var swap = 0; swap < Swaps; swap++)
            {
                var report = await mover.MoveAsync(swap % 2 == 0 ? DaprRedis : DaprKafka, Deadline, progress: null, Cancelled);
                (replayed, dead, suppressed) = (replayed + report.Replayed, dead + report.Dead, suppressed + report.Suppressed);
                seconds.Add(report.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture));
            }
        }, rate: Rate);

        Console.WriteLine($"{Swaps} swaps at {Rate} operations/s: {string.Join(", ", seconds)} s; {account.Describe(most: 0)}; {suppressed} suppressed");
        Assert.Equal((0, 0), (replayed, dead));
    }
}

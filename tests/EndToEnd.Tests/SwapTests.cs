using System.Diagnostics;
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

    // What a person would look for before the next swap: the last second's work is all that is open, and what arrives is handled at once.
    private static readonly TimeSpan SettledWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SettledDeadline = TimeSpan.FromMinutes(3);
    private const double SettledP95 = 1000;

    // Where all of it shares two cores, what arrives over Kafka waits half a minute for the programs that have just been started. The test is about what becomes of it.
    private const string LatencyIsNoReason = """{"spec":{"rollout":{"analysis":{"minLatencyIncrease":"60s"}}}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Ten_swaps_in_a_row_under_load()
    {
        var asked = new PlatformAsked(fixture.Cluster, Deadline);
        await asked.PatchAsync(LatencyIsNoReason);
        var swaps = new List<string>();
        long replayed = 0, dead = 0, suppressed = 0;
        var account = await UnderLoad.RunAsync(fixture.Cluster, DaprKafka, "ten-swaps", async mover =>
        {
            for (var swap = 0; swap < Swaps; swap++)
            {
                var settled = await SettledAsync();
                var report = await mover.MoveAsync(swap % 2 == 0 ? DaprRedis : DaprKafka, Deadline, progress: null, Cancelled);
                (replayed, dead, suppressed) = (replayed + report.Replayed, dead + report.Dead, suppressed + report.Suppressed);
                swaps.Add(string.Create(CultureInfo.InvariantCulture, $"{report.Elapsed.TotalSeconds:0.0} s (p95 {report.P95 / 1000:0.0} s, asked for after {settled.TotalSeconds:0} s)"));
                TestContext.Current.SendDiagnosticMessage("swap {0}: {1}", swap + 1, swaps[^1]);
            }
        }, rate: Rate);
        await asked.PatchAsync(PlatformFixture.Usual);

        Console.WriteLine($"{Swaps} swaps at {Rate} operations/s: {string.Join(", ", swaps)}; {account.Describe(most: 0)}; {suppressed} suppressed");
        Assert.Equal((0, 0), (replayed, dead));
    }

    /// <summary>Every swap starts eight programs anew, and where cores are scarce the load catches up only afterwards.</summary>
    private async Task<TimeSpan> SettledAsync()
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        LedgerReading reading;
        while ((reading = await fixture.Cluster.ReadLedgerAsync(SettledWindow, Cancelled)).InFlight > Rate || reading.P95 > SettledP95)
        {
            Assert.True(watch.Elapsed < SettledDeadline, $"{reading.InFlight} deliveries are still open, p95 {reading.P95:0} ms, {watch.Elapsed.TotalSeconds:0} s after the swap");
            await timer.WaitForNextTickAsync(Cancelled);
        }

        return watch.Elapsed;
    }
}

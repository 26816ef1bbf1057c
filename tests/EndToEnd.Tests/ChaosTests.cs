using System.Diagnostics;
using System.Globalization;
using LocalCluster.Dependencies;
using LocalCluster.Hosting.Todo;

namespace EndToEnd.Tests;

/// <summary>
/// kill -9 of any service or sidecar, at random, for as long as CHAOS_MINUTES says (10 by default), on each transport: every change is acknowledged in the end,
/// and each has its effects once. Long: `make test-long` runs it.
/// </summary>
[TestCaseOrderer(typeof(DeclarationOrder))]
public sealed class ChaosTests(PlatformFixture fixture)
{
    private static readonly (string Deployment, string Container)[] Services =
    [
        ("backend", "backend"), ("notification-service", "notification"), ("email-delivery", "email-delivery"), ("recurring-service", "recurring-task"),
    ];

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan Repeat = TimeSpan.FromMinutes(2);

    private static TimeSpan Duration => TimeSpan.FromMinutes(
        double.Parse(Environment.GetEnvironmentVariable("CHAOS_MINUTES") ?? "10", CultureInfo.InvariantCulture));

    [Theory(Explicit = true)]
    [InlineData("direct Kafka")]
    [InlineData("Dapr on Kafka")]
    [InlineData("Dapr on Redis")]
    public async Task Anything_may_be_killed_at_any_time(string transport)
    {
        var destination = Destination.All.Single(d => d.Name == transport);
        var seed = Environment.TickCount;
        var killed = 0;
        var load = await UnderLoad.RunAsync(fixture.Cluster, destination, $"chaos-{transport.Replace(' ', '-')}", async _ =>
        {
            var random = new Random(seed);
            var watch = Stopwatch.StartNew();
            using var timer = new PeriodicTimer(Pause);
            while (watch.Elapsed < Duration && await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken))
            {
                killed += Kill(random, destination.UseDapr) ? 1 : 0;
            }
        }, repeatFor: Repeat);

        Assert.InRange(killed, (int)(Duration / Pause / 2), int.MaxValue);
        Console.WriteLine($"{transport}: {killed} kills (seed {seed}) in {Duration.TotalMinutes} min, {load.Acknowledged} operations, account clean");
    }

    /// <returns>False: what was chosen is down already.</returns>
    private bool Kill(Random random, bool sidecarsToo)
    {
        var (deployment, container) = Services[random.Next(Services.Length)];
        try
        {
            fixture.Cluster.Kill(deployment, sidecarsToo && random.Next(3) == 0 ? "daprd" : container);
            return true;
        }
        catch (ClusterException)
        {
            return false;
        }
    }
}

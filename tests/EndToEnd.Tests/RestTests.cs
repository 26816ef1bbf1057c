using System.Globalization;
using LocalCluster.ApiServer.Telemetry;
using LocalCluster.Hosting.Todo;
using static LocalCluster.Hosting.Todo.Destination;

namespace EndToEnd.Tests;

/// <summary>
/// A settled platform costs the API server nothing but the renewal of the operator's Lease, for as long as REST_MINUTES says (10 by default) under load, and neither does
/// an operator that starts anew and lists everything again. Long: `make test-long` runs it.
/// </summary>
public sealed class RestTests(PlatformFixture fixture)
{
    private const string Operator = "todo-operator";
    private const int Rate = 10;
    private const string Leases = "leases.coordination.k8s.io";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private static TimeSpan Duration => TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable("REST_MINUTES") ?? "10", CultureInfo.InvariantCulture));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private RequestLog Requests => fixture.Cluster.Kubernetes.Server.Requests;

    [Fact(Explicit = true)]
    public Task A_settled_platform_is_written_to_by_nobody() => UnderLoad.RunAsync(fixture.Cluster, DaprRedis, "rest", async _ =>
    {
        await LookAsync("at rest", Duration);

        fixture.Cluster.KillOperator();
        var killed = DateTimeOffset.UtcNow;
        // Its successor has taken the Lease: it has listed everything and looked at every platform, or does so now.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        deadline.CancelAfter(Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!Since(killed).Any(r => r is { IsWrite: true, Resource: Leases }))
        {
            await timer.WaitForNextTickAsync(deadline.Token);
        }

        await LookAsync("after a new start", Duration / 10);
        // A watch that begins with what there is stands for a list.
        Assert.Contains(Since(killed), r => r is { Verb: "list" or "watch", Resource: "deployments.apps" });
    }, rate: Rate);

    private async Task LookAsync(string when, TimeSpan length)
    {
        var start = DateTimeOffset.UtcNow;
        await Task.Delay(length, Cancelled);
        var records = Since(start);
        // The log keeps the last requests only: it has to reach back to the start.
        Assert.True(Requests.Records[0].Time < start, "The API server's log is too short for this.");
        var renewals = records.Count(r => r is { IsWrite: true, Resource: Leases });
        var reads = records.Count(r => !r.IsWrite);
        Console.WriteLine($"{when}, {length.TotalMinutes:0.#} min: {renewals} renewals of the Lease, {reads} reads and watches");
        Assert.InRange(renewals, (int)(length.TotalSeconds / 10), int.MaxValue);
        Assert.DoesNotContain(records, r => r.IsWrite && r.Resource != Leases);
    }

    private List<RequestRecord> Since(DateTimeOffset time) => [.. Requests.Records.Where(r => r.UserAgent == Operator && r.Time >= time)];
}

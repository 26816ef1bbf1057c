using System.Diagnostics;
using LocalCluster.Hosting.Todo;
using Npgsql;
using static LocalCluster.Hosting.Todo.Destination;

namespace EndToEnd.Tests;

/// <summary>A swap that finds a backlog on the broker that is left: it takes longer, and ends. Long: `make test-long` runs it.</summary>
[TestCaseOrderer(typeof(DeclarationOrder))]
public sealed class BacklogTests(PlatformFixture fixture)
{
    private const int Batch = 50 * 20;
    private static readonly string[] Consumers = ["notification-service", "email-delivery", "recurring-service"];
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    private TodoCluster Cluster => fixture.Cluster;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Explicit = true)]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public async Task The_swap_ends_whatever_waits_on_the_old_broker(int events)
    {
        TimeSpan elapsed = default;
        long waiting = 0;
        var account = await UnderLoad.RunAsync(Cluster, DaprKafka, $"backlog-{events}", async mover =>
        {
            await ScaleAsync(0);
            await PublishAsync(events);
            await SentAsync();
            await ScaleAsync(1);
            waiting = (await Cluster.ReadLedgerAsync(TimeSpan.FromSeconds(1), Cancelled)).InFlight;
            var watch = Stopwatch.StartNew();
            await mover.AskAsync(DaprRedis, Cancelled);
            await mover.FollowAsync($"the swap with a backlog of {events}", Deadline, progress: null, Cancelled);
            elapsed = watch.Elapsed;
        });
        Console.WriteLine($"backlog of {events} events: {waiting} deliveries open when the swap was asked for, {elapsed.TotalSeconds:0.0} s; {account.Describe(most: 0)}");
        Assert.InRange(waiting, events / 2, long.MaxValue);
    }

    private async Task ScaleAsync(int replicas)
    {
        await Cluster.Kubectl.RunAsync(Cancelled, ["scale", .. Consumers.Select(c => $"deployment/{c}"), $"--replicas={replicas}"]);
        foreach (var consumer in Consumers)
        {
            await Cluster.Kubectl.RunAsync(Cancelled, "rollout", "status", $"deployment/{consumer}", "--timeout=120s");
        }
    }

    /// <summary>Events that happened a moment ago, once more under ids of their own: whoever handles them finds that nothing is left to be done.</summary>
    private async Task PublishAsync(int events)
    {
        await using var connection = Cluster.Connect();
        await connection.OpenAsync(Cancelled);
        // In small transactions: each holds its keys' rows, and the users' changes of these tasks wait for them.
        await using var command = new NpgsqlCommand(
            """
            select count(messaging.add_event(e.producer, e.lane, e.topic, e.key, e.type, e.subject, e.data, null, null))
            from (select * from messaging.outbox where type like 'io.todo.task.%' order by seq limit 50) e, generate_series(1, 20)
            """,
            connection);
        for (var done = 0; done < events; done += Batch)
        {
            Assert.Equal((long)Batch, await command.ExecuteScalarAsync(Cancelled));
        }
    }

    /// <summary>The relay has handed everything to the broker: what is open waits there.</summary>
    private async Task SentAsync()
    {
        await using var connection = Cluster.Connect();
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand("select count(*) from messaging.outbox where sent_at is null", connection);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while ((long)(await command.ExecuteScalarAsync(Cancelled))! > Batch)
        {
            await timer.WaitForNextTickAsync(Cancelled);
        }
    }
}

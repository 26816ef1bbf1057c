using System.Diagnostics;
using Todo.Messaging.Tests.Delivery.Wires;
using Todo.Messaging.Tests.World;

namespace Benchmarks.Messaging;

/// <summary>What the measurements of the messaging layer have in common: a PostgreSQL that is as durable as in production, and a full outbox.</summary>
internal static class Bench
{
    /// <summary>The three transports by the names that people read.</summary>
    public static readonly IReadOnlyList<(Wire Wire, string Name)> Wires =
        [(Wire.DirectKafka, "direct Kafka"), (Wire.DaprKafka, "Dapr on Kafka"), (Wire.DaprRedis, "Dapr on Redis")];

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static async Task WithServersAsync(Func<TestServers, Task> measure)
    {
        await using var servers = new TestServers { Durable = true };
        await servers.InitializeAsync();
        await measure(servers);
    }

    public static Task OverEachWireAsync(Func<Platform, Wire, string, Task> measure) => WithServersAsync(async servers =>
    {
        foreach (var (wire, name) in Wires)
        {
            await using var platform = await Platform.CreateAsync(servers, wire);
            await measure(platform, wire, name);
        }
    });

    /// <summary>Commits events of 500 keys in one transaction, so that the relay sees none before it can see all.</summary>
    public static async Task FillAsync(Platform platform, TestService producer, int count)
    {
        await using var connection = await platform.World.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        for (var n = 0; n < count; n++)
        {
            await producer.Outbox.AddAsync(transaction, TestService.Event($"task-{n % 500}", Platform.Topic), CancellationToken.None);
        }

        await transaction.CommitAsync();
    }

    /// <summary>Wakes the relay and waits until the outbox is empty.</summary>
    /// <returns>Events per second.</returns>
    public static async Task<double> SendAllAsync(Platform platform, TestService producer, int count, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        producer.Outbox.Wake();
        await UntilAsync(
            "every event is sent",
            async () => !await platform.World.ScalarAsync<bool>("select exists (select from messaging.outbox where sent_at is null)"),
            TimeSpan.FromMilliseconds(5),
            cancellationToken);
        return count / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Waits for something that takes seconds, and minutes at most.</summary>
    /// <exception cref="TimeoutException">It did not come about: an event is lost, or a bar missed by far.</exception>
    public static async Task UntilAsync(string what, Func<Task<bool>> isTrue, TimeSpan interval, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (!await isTrue())
        {
            if (watch.Elapsed > Longest)
            {
                throw new TimeoutException($"After {Longest.TotalMinutes} minutes it is not true that {what}.");
            }

            await Task.Delay(interval, cancellationToken);
        }
    }
}

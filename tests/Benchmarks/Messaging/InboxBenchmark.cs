using System.Diagnostics;
using Todo.Messaging.Tests.Delivery.Wires;
using Todo.Messaging.Tests.World;

namespace Benchmarks.Messaging;

/// <summary>
/// One instance handles what is on its topic. Beside it: transactions of one insert each, on as many connections as it has workers. A sidecar hands over one event of a
/// partition at a time, so what it can do is no figure of the inbox: without one, events come over HTTP as many at a time as the direct consumer takes.
/// </summary>
internal static class InboxBenchmark
{
    private const int Count = 30_000;
    private const int Workers = 16;

    private static readonly Bar Bar = new(1500, AtLeast: true);

    public static async Task RunAsync(Action<Figure> tell, CancellationToken cancellationToken)
    {
        await Bench.OverEachWireAsync(async (platform, wire, name) =>
        {
            await FillAsync(platform, cancellationToken);
            await platform.StartConsumerAsync();
            await TellAsync(platform, $"inbox over {name}", wire == Wire.DirectKafka ? Bar : null, tell, cancellationToken);
        });
        await Bench.WithServersAsync(async servers =>
        {
            await using var platform = await Platform.CreateAsync(servers, Wire.DirectKafka);
            await FillAsync(platform, cancellationToken);
            await DeliverAsync(platform, cancellationToken);
            await TellAsync(platform, $"inbox over HTTP, {Workers} deliveries at a time", Bar, tell, cancellationToken);
        });
    }

    private static async Task FillAsync(Platform platform, CancellationToken cancellationToken)
    {
        var producer = await platform.StartProducerAsync();
        await Bench.FillAsync(platform, producer, Count);
        await Bench.SendAllAsync(platform, producer, Count, cancellationToken);
        await platform.World.ExecuteAsync(
            $"""
            insert into messaging.subscriptions values ('{Platform.Topic}', '{Platform.Consumer}', now());
            insert into messaging.deliveries (event_id, consumer) select id, '{Platform.Consumer}' from messaging.outbox;
            analyze messaging.deliveries;
            """);
    }

    private static async Task TellAsync(Platform platform, string what, Bar? bar, Action<Figure> tell, CancellationToken cancellationToken)
    {
        await Bench.UntilAsync(
            "every event is handled", async () => await platform.World.DeliveriesAsync("open") == 0, TimeSpan.FromMilliseconds(50), cancellationToken);

        // The first third warms up.
        var rate = await platform.World.ScalarAsync<double>(
            $"""
            select count(*) / extract(epoch from max(handled_at) - min(handled_at))::float8
            from (select handled_at from messaging.deliveries order by handled_at offset {Count / 3}) measured
            """);
        tell(new(what, rate, "events/s") { Bar = bar, Beside = ("bare transactions", await CommitAsync(platform, cancellationToken)) });
    }

    private static async Task DeliverAsync(Platform platform, CancellationToken cancellationToken)
    {
        var events = await platform.Log.ReadAsync(Platform.Topic);
        await using var sidecar = await FakeSidecar.StartAsync();
        var consumer = await platform.World.StartAsync(
            Platform.Consumer, Platform.Topic, TestWorld.RecordEffectAsync, ("USE_DAPR", "true"), ("PUBSUB_NAME", "none"), ("DAPR_HTTP_ENDPOINT", sidecar.Address));
        await Parallel.ForEachAsync(
            events,
            new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancellationToken },
            async (body, _) =>
            {
                using var answer = await consumer.DeliverAsync(Platform.Topic, body, "none");
                answer.EnsureSuccessStatusCode();
            });
    }

    private static async Task<double> CommitAsync(Platform platform, CancellationToken cancellationToken)
    {
        await platform.World.ExecuteAsync("create table public.bare (id bigserial primary key, text text)");
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Workers),
            new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancellationToken },
            async (_, token) =>
            {
                await using var connection = await platform.World.Database.OpenConnectionAsync(token);
                for (var n = 0; n < Count / Workers; n++)
                {
                    await using var transaction = await connection.BeginTransactionAsync(token);
                    await using var command = connection.CreateCommand();
                    command.CommandText = "insert into public.bare (text) values ('effect')";
                    await command.ExecuteNonQueryAsync(token);
                    await transaction.CommitAsync(token);
                }
            });
        return Count / watch.Elapsed.TotalSeconds;
    }
}

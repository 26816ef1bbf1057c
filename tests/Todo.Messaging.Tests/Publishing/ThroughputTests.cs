using System.Diagnostics;
using Todo.Contracts;
using Todo.Messaging.Publishing;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Publishing;

/// <summary>Prints figures and asserts none: run by hand with <c>--explicit only</c>.</summary>
public sealed class ThroughputTests(TestServers servers, ITestOutputHelper output)
{
    private const int Count = 10_000;

    [Fact(Explicit = true)]
    public async Task Relay_and_inbox_over_kafka()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var producer = await world.StartProducerAsync();
        await FillAsync(world, producer);
        await MeasureAsync("relay over Kafka", () => SentAsync(world));
        // The outbox is sent by now and the topic is full.
        await world.ExecuteAsync($"insert into messaging.subscriptions values ('{Topics.TaskRecurrence}', '{AppIds.RecurringTask}', now())");
        await world.ExecuteAsync($"insert into messaging.deliveries (event_id, consumer) select id, '{AppIds.RecurringTask}' from messaging.outbox");
        await world.StartConsumerAsync();
        await MeasureAsync("inbox over Kafka", () => world.DeliveriesAsync("handled"));
    }

    [Fact(Explicit = true)]
    public async Task Relay_over_a_sidecar()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var sidecar = await world.StartSidecarAsync();
        var producer = await world.StartProducerAsync(("USE_DAPR", "true"), ("PUBSUB_NAME", "todo-redis"), ("DAPR_HTTP_ENDPOINT", sidecar.Address));
        await FillAsync(world, producer);
        await MeasureAsync("relay over a sidecar", () => SentAsync(world));
    }

    [Fact(Explicit = true)]
    public async Task Latency_from_commit_to_handled()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync();
        var producer = await world.StartProducerAsync();
        await producer.PublishAsync("warm");
        await world.SeeHandledAsync(1);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var i = 0; i < 1000; i++)
        {
            await timer.WaitForNextTickAsync();
            await producer.PublishAsync($"task-{i}");
        }

        await world.SeeHandledAsync(1001);
        output.WriteLine((await consumer.LedgerAsync()).ToString());
        output.WriteLine("created to handled, ms: p50 {0} p95 {1}", [.. (await world.ColumnAsync<double>(
            """
            select unnest(percentile_cont(array[0.5, 0.95]) within group (order by extract(epoch from d.handled_at - o.time)::float8 * 1000))
            from messaging.deliveries d join messaging.outbox o on o.id = d.event_id
            """)).Select(x => (object)Math.Round(x, 1))]);
    }

    [Fact(Explicit = true)]
    public async Task Ledger_answer_with_a_long_history()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var service = await world.StartProducerAsync();
        await world.ExecuteAsync(
            """
            insert into messaging.outbox (id, producer, lane, topic, key, version, type, subject, time, data, sent_at, sent_via)
            select messaging.uuid7(t), 'backend', 0, 'task-events', n::text, 1, 'x', 's', t, '{}', t, 'direct-kafka'
            from (select n, now() - interval '1 day' + n * interval '400 ms' as t from generate_series(1, 200000) n) rows;
            insert into messaging.deliveries (event_id, consumer, state, handled_at, handled_via)
            select id, 'notification-service', case when version = 1 and key::int > 199000 then 'open' else 'handled' end,
              case when key::int > 199000 then null else time + interval '5 ms' end, 'direct-kafka' from messaging.outbox;
            """);
        for (var i = 0; i < 5; i++)
        {
            var watch = Stopwatch.StartNew();
            var answer = await service.LedgerAsync(30);
            output.WriteLine($"{watch.Elapsed.TotalMilliseconds:0.0} ms: {answer}");
        }
    }

    // In one transaction, so that the relay sees nothing before all of it.
    private static async Task FillAsync(TestWorld world, TestService producer)
    {
        await using var connection = await world.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        for (var n = 0; n < Count; n++)
        {
            await producer.Outbox.AddAsync(transaction, TestService.Event($"task-{n % 500}"), CancellationToken.None);
        }

        await transaction.CommitAsync();
        producer.Outbox.Wake();
    }

    private static Task<long> SentAsync(TestWorld world) => world.ScalarAsync<long>("select count(*) from messaging.outbox where sent_at is not null");

    private async Task MeasureAsync(string what, Func<Task<long>> count)
    {
        var (start, watch, cpu) = (await count(), Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        await Eventually.SeeAsync(count, x => x == Count, $"{what}: all", TimeSpan.FromSeconds(60));
        output.WriteLine($"{what}: {(Count - start) / watch.Elapsed.TotalSeconds:0} events/s ({Count - start} in {watch.Elapsed.TotalSeconds:0.0} s, "
            + $"{(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / (Count - start):0.00} ms of this process's CPU each)");
    }
}

using System.Collections.Concurrent;
using Todo.Contracts;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Publishing;

public sealed class RelayTests(TestServers servers)
{
    private const string Component = "todo-redis-backend";

    [Fact]
    public async Task Order_per_key_holds_while_the_sidecar_fails_now_and_then()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var sidecar = await world.StartSidecarAsync();
        var random = new Random(7);
        // Refused, kept but reported as failed, reloaded, fine.
        sidecar.Answer = _ => random.Next(10) switch { 0 => (false, 500), 1 => (true, 500), 2 => (false, 404), _ => (true, 204) };
        var producer = await StartDaprProducerAsync(world, sidecar);

        foreach (var round in Enumerable.Range(0, 10))
        {
            await producer.PublishAsync([.. Enumerable.Range(0, 12).Select(x => TestService.Event($"task-{x}"))]);
        }

        await SeeAllSentAsync(world);
        // Repeats are allowed; what arrives first must come in the order of versions.
        foreach (var key in sidecar.Published.GroupBy(x => x.Key))
        {
            Assert.Equal(Enumerable.Range(1, 10).Select(x => (long)x), key.Select(x => x.Version).Distinct());
        }

        Assert.Equal(12, sidecar.Published.Select(x => x.Key).Distinct().Count());
    }

    [Fact]
    public async Task What_was_sent_but_not_marked_is_sent_again_and_has_one_effect()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync();
        var sidecar = await world.StartSidecarAsync();
        var seen = new ConcurrentDictionary<Guid, bool>();
        // As if the process had died between the broker's acknowledgement and the mark: delivered, and the answer is lost.
        sidecar.Answer = x => (true, seen.TryAdd(x.Id, true) ? 500 : 204);
        sidecar.OnPublished = x => DeliverAsync(consumer, x);
        var producer = await StartDaprProducerAsync(world, sidecar);

        await producer.PublishAsync([.. Enumerable.Range(0, 20).Select(x => TestService.Event($"task-{x}"))]);

        await SeeAllSentAsync(world);
        await world.SeeHandledAsync(20);
        Assert.Equal(20, await world.EffectsAsync());
        Assert.Equal(sidecar.Published.Count - 20, await consumer.LedgerAsync(Component, "suppressed"));
    }

    [Fact]
    public async Task The_envelope_is_a_cloud_event_of_our_own_with_the_key_as_partition_key()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var sidecar = await world.StartSidecarAsync();
        var producer = await StartDaprProducerAsync(world, sidecar);

        var id = Assert.Single(await producer.PublishAsync("task/ 1"));

        await SeeAllSentAsync(world);
        var value = Assert.Single(sidecar.Published);
        Assert.Equal((Component, Topics.TaskRecurrence, "task/ 1", "application/cloudevents+json"), (value.Component, value.Topic, value.Key, value.ContentType));
        Assert.Equal(
            ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "partitionkey", "keyversion", "data"],
            value.Json.EnumerateObject().Select(x => x.Name).Where(x => x != "traceparent"));
        Assert.Equal(id, value.Id);
        Assert.Equal(AppIds.Backend, value.Json.GetProperty("source").GetString());
        Assert.Equal("task/ 1", value.Json.GetProperty("data").GetProperty("task").GetString());
        Assert.Equal(Component, await world.ScalarAsync<string>("select sent_via from messaging.outbox"));
    }

    [Fact]
    public async Task A_sidecar_that_is_not_ready_is_waited_for()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var sidecar = await world.StartSidecarAsync();
        sidecar.Ready = false;
        await world.StartConsumerAsync(null, ("CONSUME_DIRECT", "false"));
        var producer = await StartDaprProducerAsync(world, sidecar);
        await producer.PublishAsync("task-1");
        await Eventually.SeeAsync(() => producer.LedgerAsync(), x => x.GetProperty("heldOldestSeconds").GetDouble() > 0.5, "the event held");
        var unsent = Assert.Single((await producer.LedgerAsync()).GetProperty("unsent").EnumerateArray());
        Assert.Equal((AppIds.Backend, 1), (unsent.GetProperty("producer").GetString(), unsent.GetProperty("held").GetInt64()));
        Assert.InRange(unsent.GetProperty("oldestSeconds").GetDouble(), 0.5, 60);
        Assert.Empty(sidecar.Published);

        sidecar.Ready = true;

        await SeeAllSentAsync(world);
        Assert.Single(sidecar.Published);
    }

    [Fact]
    public async Task Two_pods_send_each_event_once_and_in_order_while_one_takes_over_from_the_other()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var sidecar = await world.StartSidecarAsync();
        var first = await StartDaprProducerAsync(world, sidecar);
        var second = await StartDaprProducerAsync(world, sidecar);

        async Task WriteAsync(TestService service, int count)
        {
            for (var i = 0; i < count; i++)
            {
                await service.PublishAsync([.. Enumerable.Range(0, 5).Select(x => TestService.Event($"task-{x}"))]);
            }
        }

        await Task.WhenAll(WriteAsync(first, 20), WriteAsync(second, 20));
        var rest = WriteAsync(second, 20);
        await first.StopAsync();
        await rest;

        await SeeAllSentAsync(world);
        Assert.Equal(300, sidecar.Published.Count);
        foreach (var key in sidecar.Published.GroupBy(x => x.Key))
        {
            Assert.Equal(Enumerable.Range(1, 60).Select(x => (long)x), key.Select(x => x.Version));
        }
    }

    [Fact]
    public async Task A_relay_whose_connection_is_cut_goes_on_with_another()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        await world.StartConsumerAsync();
        var producer = await world.StartProducerAsync();
        await producer.PublishAsync("task-1");
        await world.SeeHandledAsync(1);

        await world.ExecuteAsync(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like '%/%'");
        await producer.PublishAsync("task-2");

        await world.SeeHandledAsync(2);
        Assert.Equal(2, await world.EffectsAsync());
    }

    [Fact]
    public async Task A_broker_that_is_away_delays_events_and_slows_no_writer()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        await world.StartConsumerAsync();
        var producer = await world.StartProducerAsync();
        await producer.PublishAsync("task-1");
        await world.SeeHandledAsync(1);

        world.Kafka!.Faults.Refuse();
        for (var i = 0; i < 50; i++)
        {
            await producer.PublishAsync($"task-{i}");
        }

        Assert.Equal(51, await world.ScalarAsync<long>("select count(*) from messaging.deliveries"));
        Assert.Equal(1, await world.DeliveriesAsync("handled"));
        world.Kafka.Faults.Resume();

        await world.SeeHandledAsync(51);
        Assert.Equal(51, await world.EffectsAsync());
        Assert.Equal(51, await world.ScalarAsync<long>("select count(distinct event_id) from public.effects"));
    }

    [Fact]
    public async Task A_lost_acknowledgement_of_kafka_doubles_nothing()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        await world.StartConsumerAsync();
        var producer = await world.StartProducerAsync();
        await producer.PublishAsync("task-0");
        await world.SeeHandledAsync(1);

        world.Kafka!.Faults.LoseAcknowledgements(2);
        await producer.PublishAsync([.. Enumerable.Range(1, 30).Select(x => TestService.Event($"task-{x}"))]);

        await world.SeeHandledAsync(31);
        await SeeAllSentAsync(world);
        Assert.Equal(31, await world.EffectsAsync());
    }

    [Fact]
    public async Task A_consumer_that_is_replaced_under_load_loses_and_doubles_nothing()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var old = await world.StartConsumerAsync();
        var producer = await world.StartProducerAsync();
        async Task WriteAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await producer.PublishAsync([.. Enumerable.Range(0, 5).Select(x => TestService.Event($"task-{x}"))]);
            }
        }

        await WriteAsync(20);
        var rest = WriteAsync(40);
        await world.StartConsumerAsync();
        await old.StopAsync();
        await rest;

        await world.SeeHandledAsync(300);
        Assert.Equal(300, await world.EffectsAsync());
        Assert.Equal(300, await world.ScalarAsync<long>("select count(distinct event_id) from public.effects"));
        // In order, too: one key is never handled by two at a time.
        foreach (var key in Enumerable.Range(0, 5))
        {
            Assert.Equal(
                Enumerable.Range(1, 60).Select(x => (long)x),
                await world.ColumnAsync<long>($"select version from public.effects where key = 'task-{key}' order by seq"));
        }
    }

    private static Task<TestService> StartDaprProducerAsync(TestWorld world, FakeSidecar sidecar) =>
        world.StartProducerAsync(("USE_DAPR", "true"), ("PUBSUB_NAME", Component), ("DAPR_HTTP_ENDPOINT", sidecar.Address));

    private static async Task DeliverAsync(TestService consumer, PublishedEvent value)
    {
        using var response = await consumer.DeliverAsync(value.Topic, value.Body, value.Component);
        response.EnsureSuccessStatusCode();
    }

    private static Task<long> SeeAllSentAsync(TestWorld world) => Eventually.SeeAsync(
        () => world.ScalarAsync<long>("select count(*) from messaging.outbox where sent_at is null"), x => x == 0, "every event sent");
}

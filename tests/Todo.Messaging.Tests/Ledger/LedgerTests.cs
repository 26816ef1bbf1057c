using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Todo.Contracts;
using Todo.Messaging.Consuming;
using Todo.Messaging.Ledger;
using Todo.Messaging.Schema;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Ledger;

public sealed class LedgerTests(TestServers servers)
{
    private const string Redis = "todo-redis-backend";

    [Fact]
    public async Task Probes_show_how_they_were_sent_and_handled()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync();
        var sidecar = await world.StartSidecarAsync();
        sidecar.OnPublished = async x => (await consumer.DeliverAsync(x.Topic, x.Body, "todo-redis-recurring-task-service")).EnsureSuccessStatusCode();
        var producer = await world.StartProducerAsync(("DAPR_HTTP_ENDPOINT", sidecar.Address));

        var redis = await ProbeAsync(producer, Redis);
        var direct = await ProbeAsync(producer, "direct-kafka");

        var first = await SeeHandledAsync(producer, redis);
        Assert.Equal(("recurring-task-service", Redis, "todo-redis-recurring-task-service"), first);
        var second = await SeeHandledAsync(producer, direct);
        Assert.Equal(("recurring-task-service", "direct-kafka", "direct-kafka"), second);
        Assert.Equal(0, await world.EffectsAsync());
    }

    [Fact]
    public async Task A_probe_over_a_transport_that_does_not_work_holds_nothing_up_and_ends_over_the_current_one()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        await world.StartConsumerAsync();
        var producer = await world.StartProducerAsync(("RECONCILE_AFTER", "00:00:02"));

        var probe = await ProbeAsync(producer, "no-such-component");
        await producer.PublishAsync("task-1");

        await world.SeeHandledAsync(1);
        Assert.Equal(1, await world.EffectsAsync());
        Assert.Equal(("recurring-task-service", "direct-kafka", "direct-kafka"), await SeeHandledAsync(producer, probe));
    }

    [Fact]
    public async Task What_a_broken_transport_swallowed_is_replayed_over_the_current_one()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        await world.StartConsumerAsync();
        // Takes everything and delivers nothing.
        var sidecar = await world.StartSidecarAsync();
        var before = await world.StartProducerAsync(("USE_DAPR", "true"), ("PUBSUB_NAME", Redis), ("DAPR_HTTP_ENDPOINT", sidecar.Address));
        await before.PublishAsync([.. Enumerable.Range(0, 40).Select(x => TestService.Event($"task-{x}"))]);
        await Eventually.SeeAsync(() => before.LedgerAsync(Redis, "inFlight"), x => x == 40, "40 events in flight");
        await before.StopAsync();
        var after = await world.StartProducerAsync();

        var (status, body) = await after.OrderAsync("/internal/replay", new { epoch = 1, from = new[] { Redis } });

        Assert.Equal((HttpStatusCode.Accepted, 40), (status, body.GetProperty("events").GetInt32()));
        await world.SeeHandledAsync(40);
        Assert.Equal(40, await world.EffectsAsync());
        Assert.Equal((0, 40), (await after.LedgerAsync(Redis, "inFlight"), await after.LedgerAsync(Redis, "replayed")));
        // Replayed events do not count for latency.
        Assert.Equal(0, (await after.LedgerAsync()).GetProperty("recent").GetProperty("p95Milliseconds").GetDouble());
    }

    [Fact]
    public async Task A_replay_sends_nothing_again_that_was_handled()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync();
        var sidecar = await world.StartSidecarAsync();
        var producer = await world.StartProducerAsync(("USE_DAPR", "true"), ("PUBSUB_NAME", Redis), ("DAPR_HTTP_ENDPOINT", sidecar.Address));
        await producer.PublishAsync([.. Enumerable.Range(0, 20).Select(x => TestService.Event($"task-{x}"))]);
        await Eventually.SeeAsync(() => producer.LedgerAsync(Redis, "inFlight"), x => x == 20, "20 events in flight");
        foreach (var value in sidecar.Published.Take(15))
        {
            using var answer = await consumer.DeliverAsync(value.Topic, value.Body, Redis);
            answer.EnsureSuccessStatusCode();
        }

        var (status, body) = await producer.OrderAsync("/internal/replay", new { epoch = 1, from = new[] { Redis } });

        Assert.Equal((HttpStatusCode.Accepted, 5), (status, body.GetProperty("events").GetInt32()));
        await Eventually.SeeAsync(() => sidecar.Published.Count >= 25, "five sent again");
        Assert.Equal(25, sidecar.Published.Count);
        Assert.Equal(5, await producer.LedgerAsync(Redis, "replayed"));
    }

    [Fact]
    public async Task What_stays_open_on_a_former_transport_is_sent_again_without_being_asked()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        await world.StartConsumerAsync();
        var sidecar = await world.StartSidecarAsync();
        var before = await world.StartProducerAsync(("USE_DAPR", "true"), ("PUBSUB_NAME", Redis), ("DAPR_HTTP_ENDPOINT", sidecar.Address));
        await before.PublishAsync("task-1");
        await Eventually.SeeAsync(() => before.LedgerAsync(Redis, "inFlight"), x => x == 1, "the event in flight");
        await before.StopAsync();

        await world.StartProducerAsync(("RECONCILE_AFTER", "00:00:01"));

        await world.SeeHandledAsync(1);
        Assert.Equal(1, await world.EffectsAsync());
    }

    [Fact]
    public async Task An_order_with_a_lower_epoch_is_refused_by_every_pod()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var first = await world.StartProducerAsync();
        var second = await world.StartConsumerAsync();

        Assert.Equal(HttpStatusCode.Accepted, (await first.OrderAsync("/internal/replay", new { epoch = 5, from = Array.Empty<string>() })).Status);
        var (status, body) = await second.OrderAsync("/internal/probe", new { epoch = 4, via = "direct-kafka", topics = new[] { Topics.TaskRecurrence } });
        Assert.Equal((HttpStatusCode.Conflict, 5), (status, body.GetProperty("epoch").GetInt64()));
        Assert.Equal(0, await world.ScalarAsync<long>("select count(*) from messaging.outbox"));
        Assert.Equal(HttpStatusCode.Accepted, (await second.OrderAsync("/internal/replay", new { epoch = 5, from = Array.Empty<string>() })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await second.OrderAsync("/internal/replay", new { from = Array.Empty<string>() })).Status);
        Assert.Equal(5, (await second.LedgerAsync()).GetProperty("epoch").GetInt64());
    }

    [Fact]
    public async Task Jobs_are_created_at_start_and_stay_away_once_stopped()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var sidecar = await world.StartSidecarAsync();
        (string, string)[] settings =
            [("USE_DAPR", "true"), ("PUBSUB_NAME", "todo-kafka"), ("DAPR_HTTP_ENDPOINT", sidecar.Address), ("TEST_JOB", "check-due-tasks")];
        var service = await world.StartAsync(AppIds.Notification, null, null, settings);
        await Eventually.SeeAsync(() => sidecar.Jobs.ContainsKey("check-due-tasks"), "the job");
        Assert.Equal("@every 5s", JsonSerializer.Deserialize<JsonElement>(sidecar.Jobs["check-due-tasks"]).GetProperty("schedule").GetString());
        await Eventually.SeeAsync(() => JobsAsync(service), x => x == "scheduled", "the job in the answer");

        var (status, body) = await service.OrderAsync("/internal/jobs/stop", new { epoch = 1 });
        Assert.Equal((HttpStatusCode.OK, "absent"), (status, body.GetProperty("state").GetString()));
        Assert.Empty(sidecar.Jobs);
        await service.StopAsync();
        var next = await world.StartAsync(AppIds.Notification, null, null, settings);
        Assert.Equal("absent", await JobsAsync(next));
        Assert.Empty(sidecar.Jobs);

        Assert.Equal(HttpStatusCode.OK, (await next.OrderAsync("/internal/jobs/start", new { epoch = 1 })).Status);
        Assert.Single(sidecar.Jobs);
        var backend = await world.StartProducerAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await backend.OrderAsync("/internal/jobs/start", new { epoch = 1 })).Status);
    }

    [Fact]
    public async Task The_pod_says_what_it_does_and_where_its_group_stands()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync(null, ("POD_NAME", "recurring-1"));
        var producer = await world.StartProducerAsync();
        await producer.PublishAsync([.. Enumerable.Range(0, 5).Select(x => TestService.Event($"task-{x}"))]);

        var answer = await Eventually.SeeAsync(
            async () => JsonSerializer.Deserialize<JsonElement>(await consumer.Management.GetStringAsync(new Uri("/internal/transports", UriKind.Relative))),
            x => x.TryGetProperty("positions", out var p) && p.GetArrayLength() == 1 && p[0].GetProperty("committed").GetInt64() == 5,
            "the position committed");

        Assert.Equal(
            """{"group":"recurring-task-service-group","topic":"task-recurrence","partition":0,"committed":5,"end":5}""",
            answer.GetProperty("positions")[0].GetRawText());
        Assert.Equal(
            ("recurring-task-service", "recurring-1", "direct-kafka", true, "absent", true),
            (answer.GetProperty("service").GetString(), answer.GetProperty("pod").GetString(), answer.GetProperty("publishesTo").GetString(),
                answer.GetProperty("consumeDirect").GetBoolean(), answer.GetProperty("sidecar").GetString(), answer.GetProperty("ready").GetBoolean()));
        Assert.False(answer.TryGetProperty("jobs", out _));
    }

    [Fact]
    public async Task An_absent_kafka_is_named_instead_of_positions()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync();
        world.Kafka!.Faults.Refuse();

        var answer = JsonSerializer.Deserialize<JsonElement>(await consumer.Management.GetStringAsync(new Uri("/internal/transports", UriKind.Relative)));

        Assert.False(answer.TryGetProperty("positions", out _));
        Assert.NotEmpty(answer.GetProperty("positionsError").GetString()!);
        world.Kafka.Faults.Resume();
    }

    [Fact]
    public async Task The_ledger_equals_a_recount_after_a_random_history()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var random = new Random(11);
        var consumer = await world.StartConsumerAsync((value, transaction, token) => random.Next(8) switch
        {
            0 => throw new PoisonEventException("bad"),
            1 => throw new InvalidOperationException("failed"),
            _ => TestWorld.RecordEffectAsync(value, transaction, token),
        });
        var sidecar = await world.StartSidecarAsync();
        // Delivers some events never, some once, some twice.
        sidecar.OnPublished = async x =>
        {
            for (var i = random.Next(3); i > 0; i--)
            {
                (await consumer.DeliverAsync(x.Topic, x.Body, "todo-redis")).EnsureSuccessStatusCode();
            }
        };
        var overRedis = await world.StartProducerAsync(("USE_DAPR", "true"), ("PUBSUB_NAME", Redis), ("DAPR_HTTP_ENDPOINT", sidecar.Address));
        for (var i = 0; i < 10; i++)
        {
            await overRedis.PublishAsync([.. Enumerable.Range(0, 6).Select(x => TestService.Event($"task-{x}"))]);
        }

        await Eventually.SeeAsync(() => world.ScalarAsync<long>("select count(*) from messaging.outbox where sent_at is null"), x => x == 0, "all sent");
        await overRedis.OrderAsync("/internal/replay", new { epoch = 1, from = new[] { Redis } });
        await Eventually.SeeAsync(() => world.ScalarAsync<long>("select count(*) from messaging.outbox where sent_at is null"), x => x == 0, "all sent again");
        await overRedis.StopAsync();

        var ledger = await consumer.LedgerAsync();
        var transport = ledger.GetProperty("transports").EnumerateArray().ToDictionary(x => x.GetProperty("name").GetString()!);
        Assert.Equal(
            await world.ScalarAsync<long>(
                $"select count(*) from messaging.deliveries d join messaging.outbox o on o.id = d.event_id where d.handled_at is null and o.sent_via = '{Redis}'"),
            transport[Redis].GetProperty("inFlight").GetInt64());
        Assert.Equal(
            await world.ScalarAsync<long>("select sum(replays)::bigint from messaging.outbox"), transport[Redis].GetProperty("replayed").GetInt64());
        Assert.Equal(await world.DeliveriesAsync("dead"), transport["todo-redis"].GetProperty("dead").GetInt64());
        Assert.Equal(0, ledger.GetProperty("held").GetInt64());
        Assert.Equal(await world.DeliveriesAsync("handled"), ledger.GetProperty("recent").GetProperty("handled").GetInt64());
        Assert.Equal(await world.DeliveriesAsync("handled"), await world.EffectsAsync());
        Assert.Equal(
            await world.ScalarAsync<long>("select count(*) from messaging.outbox where sent_at is not null"),
            ledger.GetProperty("recent").GetProperty("published").GetInt64());
    }

    [Fact]
    public async Task Sums_that_are_being_written_are_waited_for_by_who_asks_for_the_ledger()
    {
        await using var world = await TestWorld.CreateAsync(servers, kafka: false);
        var consumer = await world.StartConsumerAsync();
        var counters = consumer.Services.GetRequiredService<LedgerCounters>();
        counters.Add(Redis, LedgerCounters.Suppressed);
        await counters.FlushAsync(TestContext.Current.CancellationToken);
        await using var connection = await world.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var held = connection.Statement("select from messaging.counters for update"))
        {
            await held.ExecuteNonQueryAsync();
        }

        counters.Add(Redis, LedgerCounters.Suppressed);
        await Eventually.SeeAsync(
            () => world.ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%count_up%'"),
            x => x == 1,
            "the sum on its way");
        var flushed = counters.FlushAsync(TestContext.Current.CancellationToken);
        Assert.False(flushed.IsCompleted);

        await transaction.CommitAsync();
        await flushed;
        Assert.Equal(2, await consumer.LedgerAsync(Redis, "suppressed"));
    }

    [Fact]
    public async Task Closed_deliveries_are_forgotten_and_open_ones_never()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync();
        var producer = await world.StartProducerAsync();
        await producer.PublishAsync([TestService.Event("a"), TestService.Event("b"), TestService.Event("c")]);
        await world.SeeHandledAsync(3);
        await consumer.StopAsync();
        await producer.PublishAsync("open");
        await Eventually.SeeAsync(() => world.ScalarAsync<long>("select count(*) from messaging.outbox where sent_at is null"), x => x == 0, "all sent");

        Assert.Equal(6, await world.ScalarAsync<int>("select messaging.forget(clock_timestamp() + interval '1 hour', 100)"));

        Assert.Equal(["open"], await world.ColumnAsync<string>("select key from messaging.outbox"));
        Assert.Equal(1, await world.ScalarAsync<long>("select count(*) from messaging.deliveries"));
    }

    private static async Task<Guid> ProbeAsync(TestService service, string via)
    {
        var (status, body) = await service.OrderAsync("/internal/probe", new { epoch = 1, via, topics = new[] { Topics.TaskRecurrence } });
        Assert.Equal(HttpStatusCode.Accepted, status);
        return body.GetProperty("probes")[0].GetProperty("id").GetGuid();
    }

    private static async Task<(string Consumer, string? SentVia, string? HandledVia)> SeeHandledAsync(TestService service, Guid probe)
    {
        var answer = await Eventually.SeeAsync(
            async () => JsonSerializer.Deserialize<JsonElement>(
                await service.Management.GetStringAsync(new Uri($"/internal/probes?id={probe}", UriKind.Relative))).GetProperty("probes")[0],
            x => x.GetProperty("handledAt").ValueKind == JsonValueKind.String && x.GetProperty("sentVia").ValueKind == JsonValueKind.String,
            "the probe handled");
        return (answer.GetProperty("consumer").GetString()!, answer.GetProperty("sentVia").GetString(), answer.GetProperty("handledVia").GetString());
    }

    private static async Task<string?> JobsAsync(TestService service) => JsonSerializer
        .Deserialize<JsonElement>(await service.Management.GetStringAsync(new Uri("/internal/transports", UriKind.Relative))).GetProperty("jobs").GetString();
}

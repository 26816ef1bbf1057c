using System.Net;
using System.Text;
using System.Text.Json;
using Npgsql;
using Todo.Contracts;
using Todo.Messaging.Consuming;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Consuming;

public sealed class DispatchTests(TestServers servers)
{
    private const string Plain = """{"event_id":"1","event_type":"task.completed","timestamp":"2026-11-21T10:00:00Z","task_id":7,"user_id":3}""";

    [Fact]
    public async Task An_event_delivered_many_times_at_once_has_one_effect()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync(null, ("CONSUME_DIRECT", "false"));
        var body = Envelope(Guid.CreateVersion7());

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => consumer.DeliverAsync(Topics.TaskRecurrence, body, "todo-redis")));

        Assert.All(answers, x => Assert.Equal(HttpStatusCode.OK, x.StatusCode));
        Assert.Equal("""{"status":"SUCCESS"}""", await answers[0].Content.ReadAsStringAsync());
        Assert.Equal(1, await world.EffectsAsync());
        Assert.Equal(7, await consumer.LedgerAsync("todo-redis", "suppressed"));
        Assert.Equal(1, await consumer.LedgerAsync("todo-redis", "foreign"));
    }

    [Fact]
    public async Task The_originals_plain_json_is_handled_once_and_is_the_same_event_over_both_transports()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        IncomingEvent? seen = null;
        var consumer = await world.StartConsumerAsync((value, transaction, token) =>
        {
            seen = value;
            return TestWorld.RecordEffectAsync(value, transaction, token);
        });

        await KafkaTool.ProduceAsync(world, Topics.TaskRecurrence, "7", Plain);
        await Eventually.SeeAsync(world.EffectsAsync, x => x == 1, "the effect");
        (await consumer.DeliverAsync(Topics.TaskRecurrence, Plain, "todo-kafka")).EnsureSuccessStatusCode();

        Assert.Equal(1, await world.EffectsAsync());
        Assert.Equal(("task.completed", "7", new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero), "direct-kafka"), (seen!.Type, seen.Key, seen.Time, seen.Via));
        Assert.Equal(3, seen.Data.GetProperty("user_id").GetInt32());
        Assert.Equal("foreign", await world.ScalarAsync<string>("select origin from messaging.deliveries"));
    }

    [Fact]
    public async Task A_handler_that_always_fails_leaves_no_effect_and_ends_in_the_dead_letter_topic()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync(async (value, transaction, token) =>
        {
            await TestWorld.RecordEffectAsync(value, transaction, token);
            throw new InvalidOperationException("the handler is wrong");
        });
        var producer = await world.StartProducerAsync();

        var id = Assert.Single(await producer.PublishAsync("task-1"));

        await Eventually.SeeAsync(() => world.DeliveriesAsync("dead"), x => x == 1, "the delivery dead");
        Assert.Equal(0, await world.EffectsAsync());
        Assert.Equal(3, await world.ScalarAsync<int>("select attempts from messaging.deliveries"));
        Assert.Equal("InvalidOperationException: the handler is wrong", await world.ScalarAsync<string>("select last_error from messaging.deliveries"));
        Assert.Equal(1, await consumer.LedgerAsync("direct-kafka", "dead"));
        Assert.Equal(3, (await consumer.LedgerAsync()).GetProperty("recent").GetProperty("failed").GetInt64());
        var letter = JsonSerializer.Deserialize<JsonElement>(await KafkaTool.ConsumeOneAsync(world, "task-events-dlq.recurring-task-service"));
        Assert.Equal(EventTypes.DeadLetter, letter.GetProperty("type").GetString());
        Assert.Equal(id, letter.GetProperty("data").GetProperty("eventId").GetGuid());
        Assert.Equal("task-1", letter.GetProperty("data").GetProperty("event").GetProperty("data").GetProperty("task").GetString());
    }

    [Fact]
    public async Task An_event_that_works_at_the_third_attempt_is_handled()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var attempts = 0;
        await world.StartConsumerAsync(async (value, transaction, token) =>
        {
            await TestWorld.RecordEffectAsync(value, transaction, token);
            if (++attempts < 3)
            {
                throw new InvalidOperationException("not yet");
            }
        });
        var producer = await world.StartProducerAsync();

        await producer.PublishAsync("task-1");

        await world.SeeHandledAsync(1);
        Assert.Equal(1, await world.EffectsAsync());
        Assert.Equal(2, await world.ScalarAsync<int>("select attempts from messaging.deliveries"));
    }

    [Fact]
    public async Task Poison_is_dead_at_once_and_does_not_block_the_partition()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        await world.StartConsumerAsync((value, transaction, token) => value.Key == "bad"
            ? throw new PoisonEventException("no such rule")
            : TestWorld.RecordEffectAsync(value, transaction, token));
        var producer = await world.StartProducerAsync();

        await producer.PublishAsync("bad");
        await producer.PublishAsync("good");

        await world.SeeHandledAsync(1);
        await Eventually.SeeAsync(() => world.DeliveriesAsync("dead"), x => x == 1, "the delivery dead");
        Assert.Equal(1, await world.ScalarAsync<int>("select attempts from messaging.deliveries where state = 'dead'"));
    }

    [Theory]
    [InlineData("not json at all")]
    [InlineData("[1,2]")]
    [InlineData("""{"specversion":"1.0","type":"x","data":{}}""")]
    public async Task Junk_is_recorded_dead_and_acknowledged(string body)
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync(null, ("CONSUME_DIRECT", "false"));

        var answer = await consumer.DeliverAsync(Topics.TaskRecurrence, body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, await world.DeliveriesAsync("dead"));
        Assert.Equal(0, await world.EffectsAsync());
    }

    [Fact]
    public async Task A_transient_failure_is_delivered_again_without_limit()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var failing = true;
        var consumer = await world.StartConsumerAsync((value, transaction, token) => failing
            ? throw new HttpRequestException("the mail server is away")
            : TestWorld.RecordEffectAsync(value, transaction, token));
        var producer = await world.StartProducerAsync();

        await producer.PublishAsync("over-kafka");
        await Eventually.SeeAsync(() => world.ScalarAsync<long>("select count(*) from messaging.failures where transient"), x => x >= 4, "four failures");
        var body = Envelope(Guid.CreateVersion7());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await consumer.DeliverAsync(Topics.TaskRecurrence, body)).StatusCode);
        failing = false;
        Assert.Equal(HttpStatusCode.OK, (await consumer.DeliverAsync(Topics.TaskRecurrence, body)).StatusCode);

        await world.SeeHandledAsync(2);
        Assert.Equal(0, await world.DeliveriesAsync("dead"));
        Assert.Equal(2, await world.EffectsAsync());
    }

    [Fact]
    public async Task A_handler_that_outlasts_its_time_is_cancelled_and_tried_again()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var attempts = 0;
        await world.StartConsumerAsync(
            async (value, transaction, token) =>
            {
                await TestWorld.RecordEffectAsync(value, transaction, token);
                if (++attempts == 1)
                {
                    await Task.Delay(Timeout.Infinite, token);
                }
            },
            ("DELIVERY_HANDLER_TIMEOUT", "00:00:00.5"));
        var producer = await world.StartProducerAsync();

        await producer.PublishAsync("task-1");

        await world.SeeHandledAsync(1);
        Assert.Equal(1, await world.EffectsAsync());
    }

    [Fact]
    public async Task A_superseded_event_leaves_no_effect_and_is_closed()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        await world.StartConsumerAsync(async (value, transaction, token) =>
        {
            await TestWorld.RecordEffectAsync(value, transaction, token);
            throw new SupersededEventException("version 2 was handled");
        });
        var producer = await world.StartProducerAsync();

        await producer.PublishAsync("task-1");

        await Eventually.SeeAsync(() => world.DeliveriesAsync("superseded"), x => x == 1, "the delivery superseded");
        Assert.Equal(0, await world.EffectsAsync());
        Assert.Equal(0, await world.ScalarAsync<long>("select count(*) from messaging.failures"));
    }

    [Theory]
    [InlineData("""{"specversion":"1.0","type":"x","id":"\ud800","source":"s"}""")]
    [InlineData("not JSON")]
    [InlineData("null")]
    public async Task What_cannot_be_written_as_JSON_is_dead_with_its_bytes(string body)
    {
        await using var world = await TestWorld.CreateAsync(servers, kafka: false);
        var consumer = await world.StartConsumerAsync(null, ("CONSUME_DIRECT", "false"));

        (await consumer.DeliverAsync(Topics.TaskRecurrence, body)).EnsureSuccessStatusCode();

        var letter = JsonSerializer.Deserialize<JsonElement>(await world.ScalarAsync<string>("select data::text from messaging.outbox"));
        Assert.Equal(body, Encoding.UTF8.GetString(letter.GetProperty("bodyBase64").GetBytesFromBase64()));
        Assert.False(letter.TryGetProperty("event", out _));
    }

    [Fact]
    public async Task An_event_older_than_the_retention_is_expired_and_never_executed()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync(null, ("CONSUME_DIRECT", "false"), ("LEDGER_RETENTION", "1.00:00:00"));

        var answer = await consumer.DeliverAsync(Topics.TaskRecurrence, Envelope(Guid.CreateVersion7(), "2020-01-01T00:00:00Z"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, await world.DeliveriesAsync("expired"));
        Assert.Equal(0, await world.EffectsAsync());
    }

    [Fact]
    public async Task What_the_broker_itself_gave_up_is_recorded_dead_on_the_dead_letter_route()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync(null, ("CONSUME_DIRECT", "false"));
        var body = Envelope(Guid.CreateVersion7());

        (await consumer.DeliverAsync("task-events-dlq.recurring-task-service", body)).EnsureSuccessStatusCode();
        (await consumer.DeliverAsync(Topics.TaskRecurrence, body)).EnsureSuccessStatusCode();

        Assert.Equal(1, await world.DeliveriesAsync("dead"));
        Assert.Equal(0, await world.EffectsAsync());
    }

    [Fact]
    public async Task A_topic_that_is_not_consumed_is_refused_but_not_lost()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await consumer.DeliverAsync("task-reminders", Envelope(Guid.NewGuid()))).StatusCode);
    }

    [Fact]
    public async Task The_trace_of_the_request_reaches_the_handler_and_the_events_it_writes()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        await world.StartConsumerAsync();
        var producer = await world.StartProducerAsync();
        using (var request = new System.Diagnostics.Activity("request").Start())
        {
            await producer.PublishAsync("task-1");
            await world.SeeHandledAsync(1);

            Assert.Equal([request.TraceId.ToString()], await world.ColumnAsync<string>("select trace from public.effects"));
        }
    }

    [Fact]
    public async Task The_apps_token_is_demanded_of_the_sidecar_when_it_is_set()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var consumer = await world.StartConsumerAsync(null, ("APP_API_TOKEN", "secret"), ("CONSUME_DIRECT", "false"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await consumer.DeliverAsync(Topics.TaskRecurrence, Envelope(Guid.NewGuid()))).StatusCode);
        consumer.Http.DefaultRequestHeaders.Add("dapr-api-token", "secret");
        Assert.Equal(HttpStatusCode.OK, (await consumer.DeliverAsync(Topics.TaskRecurrence, Envelope(Guid.NewGuid()))).StatusCode);
        Assert.Equal("[]", await consumer.Http.GetStringAsync(new Uri("/dapr/subscribe", UriKind.Relative)));
    }

    [Fact]
    public async Task A_lost_connection_to_the_database_is_transient()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var attempts = 0;
        await world.StartConsumerAsync(async (value, transaction, token) =>
        {
            if (++attempts == 1)
            {
                await world.ExecuteAsync($"select pg_terminate_backend({transaction.Connection!.ProcessID})");
            }

            await TestWorld.RecordEffectAsync(value, transaction, token);
        });
        var producer = await world.StartProducerAsync();

        await producer.PublishAsync("task-1");

        await world.SeeHandledAsync(1);
        Assert.Equal(0, await world.ScalarAsync<int>("select attempts from messaging.deliveries"));
        Assert.Equal(1, await world.EffectsAsync());
    }

    private static string Envelope(Guid id, string? time = null) => JsonSerializer.Serialize(new
    {
        specversion = "1.0",
        id,
        source = "somebody",
        type = EventTypes.TaskCompleted,
        time = time ?? DateTime.UtcNow.ToString("O"),
        partitionkey = "1",
        data = new { },
    });
}

using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Todo.Contracts;
using Todo.Messaging.Consuming;
using Todo.Messaging.Tests.Delivery.Wires;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Delivery;

/// <summary>
/// What becomes of an event, whatever happens to it on its way: the same on every transport. Each test looks at the effects, the ledger, and what the broker has yet
/// to be told.
/// </summary>
public abstract class FailureSemantics(TestServers servers, Wire wire)
{
    private const int KilledBySignal9 = 128 + 9;

    [Fact]
    public async Task An_event_is_handled_once_and_acknowledged()
    {
        await using var platform = await Platform.CreateAsync(servers, wire);
        var consumer = await platform.StartConsumerAsync();
        var producer = await platform.StartProducerAsync();

        var id = Assert.Single(await producer.PublishAsync("task-1", Platform.Topic));

        await platform.World.SeeHandledAsync(1);
        await platform.SeeAcknowledgedAsync();
        Assert.Equal([id], await platform.World.ColumnAsync<Guid>("select event_id from public.effects"));
        Assert.Equal([platform.Arrival], await platform.World.ColumnAsync<string>("select handled_via from messaging.deliveries"));
        Assert.Equal(0, await consumer.LedgerAsync(platform.TransportOf(AppIds.Backend), "inFlight"));
        Assert.Equal(0, await consumer.LedgerAsync(platform.Arrival, "suppressed"));
    }

    [Fact]
    public async Task Without_a_fault_thousands_of_events_are_handled_and_none_is_sent_again()
    {
        await using var platform = await Platform.CreateAsync(servers, wire);
        await platform.StartConsumerAsync();
        var producer = await platform.StartProducerAsync();

        for (var i = 0; i < 24; i++)
        {
            await producer.PublishAsync([.. Enumerable.Range(0, 100).Select(x => TestService.Event($"task-{x % 2}", Platform.Topic))]);
        }

        await Eventually.SeeAsync(() => platform.World.DeliveriesAsync("handled"), x => x == 2400, "2,400 handled deliveries", TimeSpan.FromMinutes(1));
        await platform.SeeAcknowledgedAsync();
        Assert.Equal((2400L, 2400L), (await platform.World.EffectsAsync(), await platform.World.ScalarAsync<long>("select count(distinct event_id) from public.effects")));
        Assert.Equal(2400, (await platform.Log.ReadAsync(Platform.Topic)).Count);
        Assert.Equal(0, await platform.World.ScalarAsync<int>("select sum(replays)::int from messaging.outbox"));
    }

    [Fact]
    public async Task A_duplicate_has_no_second_effect_and_is_acknowledged()
    {
        await using var platform = await Platform.CreateAsync(servers, wire);
        var consumer = await platform.StartConsumerAsync();
        var producer = await platform.StartProducerAsync();
        await producer.PublishAsync("task-1", Platform.Topic);
        await platform.World.SeeHandledAsync(1);

        var body = Assert.Single(await platform.Log.ReadAsync(Platform.Topic));
        await platform.Log.AppendAsync(Platform.Topic, body);

        await Eventually.SeeAsync(() => consumer.LedgerAsync(platform.Arrival, "suppressed"), x => x == 1, "the duplicate suppressed");
        await platform.SeeAcknowledgedAsync();
        Assert.Equal(1, await platform.World.EffectsAsync());
        Assert.Equal(0, await consumer.LedgerAsync(platform.Arrival, "foreign"));
    }

    [Fact]
    public async Task A_transient_failure_is_delivered_again_until_it_succeeds()
    {
        await using var platform = await Platform.CreateAsync(servers, wire);
        var away = true;
        await platform.StartConsumerAsync(async (value, transaction, token) =>
        {
            await TestWorld.RecordEffectAsync(value, transaction, token);
            if (away)
            {
                throw new HttpRequestException("the mail server is away");
            }
        });
        var producer = await platform.StartProducerAsync();

        await producer.PublishAsync("task-1", Platform.Topic);
        await Eventually.SeeAsync(() => FailuresAsync(platform, transient: true), x => x >= 3, "three failures");
        Assert.Equal((0L, 1L), (await platform.World.EffectsAsync(), await platform.World.DeliveriesAsync("open")));
        Assert.Equal(1, await platform.Log.UnacknowledgedAsync(Platform.Topic));
        away = false;

        await platform.World.SeeHandledAsync(1);
        await platform.SeeAcknowledgedAsync();
        Assert.Equal(1, await platform.World.EffectsAsync());
        // Transient failures are no attempts: however many there are, they do not lead to its death.
        Assert.Equal(0, await platform.World.ScalarAsync<int>("select attempts from messaging.deliveries"));
        Assert.Empty(await platform.Log.ReadAsync(Platform.DeadLetterTopic));
    }

    [Theory]
    [InlineData(true, 1, "PoisonEventException: no such rule")]
    [InlineData(false, 3, "InvalidOperationException: the handler is wrong")]
    public async Task Poison_is_dead_with_its_reason_and_one_letter_and_blocks_nothing(bool recognised, int attempts, string reason)
    {
        await using var platform = await Platform.CreateAsync(servers, wire);
        var consumer = await platform.StartConsumerAsync(async (value, transaction, token) =>
        {
            await TestWorld.RecordEffectAsync(value, transaction, token);
            if (value.Key == "bad")
            {
                throw recognised ? new PoisonEventException("no such rule") : new InvalidOperationException("the handler is wrong");
            }
        });
        var producer = await platform.StartProducerAsync();

        var bad = Assert.Single(await producer.PublishAsync("bad", Platform.Topic));
        var good = Assert.Single(await producer.PublishAsync("good", Platform.Topic));

        await platform.World.SeeHandledAsync(1);
        await Eventually.SeeAsync(() => platform.World.DeliveriesAsync("dead"), x => x == 1, "the delivery dead");
        await platform.SeeAcknowledgedAsync();
        Assert.Equal([good], await platform.World.ColumnAsync<Guid>("select event_id from public.effects"));
        Assert.Equal([attempts], await platform.World.ColumnAsync<int>("select attempts from messaging.deliveries where state = 'dead'"));
        Assert.Equal([reason], await platform.World.ColumnAsync<string>("select last_error from messaging.deliveries where state = 'dead'"));
        Assert.Equal(1, await consumer.LedgerAsync(platform.Arrival, "dead"));

        var letters = await Eventually.SeeAsync(() => platform.Log.ReadAsync(Platform.DeadLetterTopic), x => x.Count > 0, "the letter");
        var letter = JsonSerializer.Deserialize<JsonElement>(letters[0]).GetProperty("data");
        Assert.Equal((bad, reason, Platform.Consumer), (letter.GetProperty("eventId").GetGuid(), letter.GetProperty("reason").GetString(), letter.GetProperty("consumer").GetString()));
        Assert.Equal("bad", letter.GetProperty("event").GetProperty("data").GetProperty("task").GetString());
        // Over Dapr the letter comes back to its writer: it must be no event of its own, least of all one that is dead again.
        if (wire != Wire.DirectKafka)
        {
            await platform.SeeAcknowledgedAsync(Platform.DeadLetterTopic);
        }

        Assert.Single(await platform.Log.ReadAsync(Platform.DeadLetterTopic));
        Assert.Equal(2, await platform.World.ScalarAsync<long>("select count(*) from messaging.deliveries"));
    }

    [Fact]
    public async Task What_was_given_up_is_listed_with_its_reason_and_handled_when_it_is_sent_again_after_a_fix()
    {
        await using var platform = await Platform.CreateAsync(servers, wire);
        var broken = true;
        var consumer = await platform.StartConsumerAsync(async (value, transaction, token) =>
        {
            await TestWorld.RecordEffectAsync(value, transaction, token);
            if (broken && value.Key == "bad")
            {
                throw new InvalidOperationException("the handler is wrong");
            }
        });
        var producer = await platform.StartProducerAsync();
        var bad = Assert.Single(await producer.PublishAsync("bad", Platform.Topic));
        await producer.PublishAsync("good", Platform.Topic);
        await Eventually.SeeAsync(() => platform.World.DeliveriesAsync("dead"), x => x == 1, "the delivery dead");
        await platform.World.SeeHandledAsync(1);

        var listed = await producer.Management.GetFromJsonAsync<JsonElement>("/internal/dead", TestContext.Current.CancellationToken);
        var dead = Assert.Single(listed.GetProperty("dead").EnumerateArray());
        Assert.Equal(
            (1, bad, Platform.Consumer, Platform.Topic, platform.Arrival, 3, "InvalidOperationException: the handler is wrong", true),
            (listed.GetProperty("count").GetInt32(), dead.GetProperty("event").GetGuid(), dead.GetProperty("consumer").GetString(), dead.GetProperty("topic").GetString(),
                dead.GetProperty("via").GetString(), dead.GetProperty("attempts").GetInt32(), dead.GetProperty("reason").GetString(), dead.GetProperty("canBeReplayed").GetBoolean()));

        broken = false;
        Assert.Equal(1, await ReplayDeadAsync());
        await platform.World.SeeHandledAsync(2);
        await platform.SeeAcknowledgedAsync();
        Assert.Equal(["bad 1", "good 0"], await platform.World.ColumnAsync<string>($"select key || ' ' || replays from messaging.outbox where topic = '{Platform.Topic}' order by key"));
        Assert.Equal((2L, 0L), (await platform.World.EffectsAsync(), await platform.World.DeliveriesAsync("dead")));
        Assert.Equal(0, await ReplayDeadAsync());

        async Task<int> ReplayDeadAsync() => (await consumer.OrderAsync("/internal/replay", new { epoch = 1, dead = true })).Body.GetProperty("events").GetInt32();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_slower_than_its_limit_leaves_nothing_and_is_tried_again(bool obeysItsToken)
    {
        await using var platform = await Platform.CreateAsync(servers, wire, handlerTimeout: TimeSpan.FromSeconds(0.5));
        var attempts = 0;
        await platform.StartConsumerAsync(async (value, transaction, token) =>
        {
            await TestWorld.RecordEffectAsync(value, transaction, token);
            if (Interlocked.Increment(ref attempts) == 1)
            {
                await Task.Delay(TimeSpan.FromSeconds(1.5), obeysItsToken ? token : CancellationToken.None);
            }
        });
        var producer = await platform.StartProducerAsync();

        await producer.PublishAsync("task-1", Platform.Topic);

        await platform.World.SeeHandledAsync(1);
        await platform.SeeAcknowledgedAsync();
        Assert.True(attempts >= 2, "one attempt was enough");
        Assert.Equal(1, await platform.World.EffectsAsync());
        // Written down after its transaction was rolled back, by when the next attempt is under way.
        await Eventually.SeeAsync(() => FailuresAsync(platform, transient: true), x => x > 0, "the failure of the first attempt");
        Assert.Equal(0, await platform.World.DeliveriesAsync("dead"));
    }

    [Fact]
    public async Task A_crash_before_the_commit_leaves_nothing_and_the_broker_delivers_again()
    {
        await using var platform = await Platform.CreateAsync(servers, wire);
        var (process, address) = await platform.StartCrashingConsumerAsync("BeforeCommit");
        var producer = await platform.StartProducerAsync();

        await producer.PublishAsync("task-1", Platform.Topic);
        Assert.Equal(KilledBySignal9, await process.ExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token));
        Assert.Equal((0L, 1L), (await platform.World.EffectsAsync(), await platform.World.DeliveriesAsync("open")));
        Assert.Equal(1, await platform.Log.UnacknowledgedAsync(Platform.Topic));
        await platform.StartConsumerAgainAsync(address);

        await platform.World.SeeHandledAsync(1);
        await platform.SeeAcknowledgedAsync();
        Assert.Equal(1, await platform.World.EffectsAsync());
        await SeeSentOnceAsync(platform);
    }

    [Fact]
    public async Task A_crash_after_the_commit_is_delivered_again_and_has_one_effect()
    {
        await using var platform = await Platform.CreateAsync(servers, wire);
        var (process, address) = await platform.StartCrashingConsumerAsync("AfterCommit");
        var producer = await platform.StartProducerAsync();

        await producer.PublishAsync("task-1", Platform.Topic);
        Assert.Equal(KilledBySignal9, await process.ExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token));
        Assert.Equal((1L, 1L), (await platform.World.EffectsAsync(), await platform.World.DeliveriesAsync("handled")));
        Assert.Equal(1, await platform.Log.UnacknowledgedAsync(Platform.Topic));
        var consumer = await platform.StartConsumerAgainAsync(address);

        await Eventually.SeeAsync(() => consumer.LedgerAsync(platform.Arrival, "suppressed"), x => x >= 1, "the second delivery suppressed");
        await platform.SeeAcknowledgedAsync();
        Assert.Equal(1, await platform.World.EffectsAsync());
        await SeeSentOnceAsync(platform);
    }

    [Fact]
    public async Task An_event_older_than_the_retention_is_expired_and_never_executed()
    {
        await using var platform = await Platform.CreateAsync(servers, wire);
        await platform.StartConsumerAsync(null, ("LEDGER_RETENTION", "1.00:00:00"));

        await platform.Log.AppendAsync(Platform.Topic, Envelopes.Of(Guid.CreateVersion7(), "old", DateTimeOffset.UtcNow.AddDays(-2)));
        await platform.Log.AppendAsync(Platform.Topic, Envelopes.Of(Guid.CreateVersion7(), "young", DateTimeOffset.UtcNow.AddHours(-23)));

        await platform.World.SeeHandledAsync(1);
        await platform.SeeAcknowledgedAsync();
        Assert.Equal(["young"], await platform.World.ColumnAsync<string>("select key from public.effects"));
        Assert.Equal(["older than the retention"], await platform.World.ColumnAsync<string>("select last_error from messaging.deliveries where state = 'expired'"));
    }

    [Fact]
    public async Task A_foreign_event_is_handled_once_and_counted_as_foreign()
    {
        await using var platform = await Platform.CreateAsync(servers, wire);
        var consumer = await platform.StartConsumerAsync();
        var cloudEvent = Envelopes.Of(Guid.CreateVersion7(), "task-1", DateTimeOffset.UtcNow);

        // Plain JSON has no id: that it is the same event shows in its bytes alone.
        foreach (var body in (string[])[cloudEvent, Envelopes.Plain, cloudEvent, Envelopes.Plain])
        {
            await platform.Log.AppendAsync(Platform.Topic, body);
        }

        await Eventually.SeeAsync(() => consumer.LedgerAsync(platform.Arrival, "suppressed"), x => x == 2, "the copies suppressed");
        await platform.SeeAcknowledgedAsync();
        Assert.Equal(2, await platform.World.EffectsAsync());
        Assert.Equal(2, await platform.World.ScalarAsync<long>("select count(*) from messaging.deliveries where state = 'handled' and origin = 'foreign'"));
        Assert.Equal(2, await consumer.LedgerAsync(platform.Arrival, "foreign"));
    }

    [Fact]
    public async Task Two_replicas_that_race_for_the_same_events_give_each_one_effect()
    {
        await using var platform = await Platform.CreateAsync(servers, wire);
        var replicas = new ConcurrentDictionary<int, int>();
        EventAction By(int replica) => async (value, transaction, token) =>
        {
            replicas.AddOrUpdate(replica, 1, (_, x) => x + 1);
            await TestWorld.RecordEffectAsync(value, transaction, token);
        };
        var first = await platform.StartConsumerAsync(By(1));
        await platform.StartConsumerAsync(By(2));
        var events = 0;

        // Until both have had a part in it.
        while (replicas.Count < 2 || events < 60)
        {
            Assert.True(events < 3000, "one replica does all the work");
            var copies = Envelopes.Of(Guid.CreateVersion7(), $"task-{++events}", DateTimeOffset.UtcNow);
            // Copies on every partition, so that the replicas have the same event at the same time.
            await Task.WhenAll(Enumerable.Range(0, 3).Select(slot => platform.Log.AppendAsync(Platform.Topic, copies, slot)));
        }

        await platform.World.SeeHandledAsync(events);
        await platform.SeeAcknowledgedAsync();
        Assert.Equal(events, await platform.World.ScalarAsync<long>("select count(distinct event_id) from public.effects"));
        Assert.Equal(events, await platform.World.EffectsAsync());
        await Eventually.SeeAsync(() => first.LedgerAsync(platform.Arrival, "suppressed"), x => x >= events * 2, "all copies suppressed");
    }

    /// <summary>A consumer that has taken as much as it may stops to fetch: what it was fetching then must not stay behind when the work is divided anew.</summary>
    [Fact]
    public async Task A_replica_that_joins_while_the_first_is_full_leaves_no_event_behind()
    {
        const int Events = 1200;
        await using var platform = await Platform.CreateAsync(servers, wire, handlerTimeout: TimeSpan.FromSeconds(1));
        var shared = new TaskCompletionSource();
        await platform.StartConsumerAsync(async (value, transaction, token) =>
        {
            await shared.Task.WaitAsync(token);
            await TestWorld.RecordEffectAsync(value, transaction, token);
        });
        var producer = await platform.StartProducerAsync();
        foreach (var keys in Enumerable.Range(0, Events).Chunk(100))
        {
            await producer.PublishAsync([.. keys.Select(x => TestService.Event($"task-{x}", Platform.Topic))]);
        }

        await platform.StartConsumerAsync(async (value, transaction, token) =>
        {
            shared.TrySetResult();
            await TestWorld.RecordEffectAsync(value, transaction, token);
        });

        await Eventually.SeeAsync(() => platform.World.DeliveriesAsync("handled"), x => x == Events, $"{Events} handled deliveries", TimeSpan.FromMinutes(1));
        await platform.SeeAcknowledgedAsync();
        Assert.Equal(Events, await platform.World.EffectsAsync());
    }

    private static Task<long> FailuresAsync(Platform platform, bool transient) =>
        platform.World.ScalarAsync<long>($"select count(*) from messaging.failures where transient = {transient}");

    /// <summary>It was the broker that delivered again, not the producer that sent again.</summary>
    private static async Task SeeSentOnceAsync(Platform platform)
    {
        Assert.Single(await platform.Log.ReadAsync(Platform.Topic));
        Assert.Equal(0, await platform.World.ScalarAsync<int>("select sum(replays)::int from messaging.outbox"));
    }
}

using System.Diagnostics;
using Todo.Contracts;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Publishing;

public sealed class OutboxTests(TestServers servers)
{
    [Fact]
    public async Task A_committed_event_is_handled_once_over_kafka()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        await world.StartConsumerAsync();
        var producer = await world.StartProducerAsync();

        var id = Assert.Single(await producer.PublishAsync("task-1"));

        await world.SeeHandledAsync(1);
        Assert.Equal([id], await world.ColumnAsync<Guid>("select event_id from public.effects"));
        Assert.Equal("direct-kafka", await world.ScalarAsync<string>("select handled_via from messaging.deliveries"));
        await Eventually.SeeAsync(
            () => world.ScalarAsync<long>("select count(*) from messaging.outbox where sent_via = 'direct-kafka'"), x => x == 1, "the event marked sent");
    }

    [Fact]
    public async Task A_rolled_back_event_leaves_no_trace()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        await world.StartConsumerAsync();
        var producer = await world.StartProducerAsync();

        await using (var connection = await world.Database.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await producer.Outbox.AddAsync(transaction, TestService.Event("task-1"), CancellationToken.None);
            await transaction.RollbackAsync();
        }

        Assert.Equal(0, await world.ScalarAsync<long>("select count(*) from messaging.outbox"));
        Assert.Equal(0, await world.ScalarAsync<long>("select count(*) from messaging.deliveries"));
        Assert.Equal(0, await world.ScalarAsync<long>("select count(*) from messaging.key_versions"));
    }

    [Fact]
    public async Task Versions_of_a_key_count_up_without_gaps_whoever_writes()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var producer = await world.StartProducerAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < 20; i++)
            {
                await producer.PublishAsync("shared");
            }
        }));

        Assert.Equal(Enumerable.Range(1, 160).Select(x => (long)x), await world.ColumnAsync<long>("select version from messaging.outbox order by version"));
        // The order of sending is the order of versions, and ids sort by time.
        Assert.Equal(Enumerable.Range(1, 160).Select(x => (long)x), await world.ColumnAsync<long>("select version from messaging.outbox order by seq"));
        Assert.Equal(0, await world.ScalarAsync<long>("select count(*) from messaging.outbox where substring(id::text, 15, 1) <> '7'"));
    }

    [Fact]
    public async Task An_event_is_owed_to_those_who_subscribed_before_it()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var producer = await world.StartProducerAsync();
        await producer.PublishAsync("early");
        await world.StartConsumerAsync();
        await producer.PublishAsync("late");
        await producer.PublishAsync("other-topic", Topics.TaskEvents);

        Assert.Equal(
            ["late"],
            await world.ColumnAsync<string>("select o.key from messaging.deliveries d join messaging.outbox o on o.id = d.event_id"));
    }

    [Fact]
    public async Task Whoever_subscribes_while_events_are_written_is_owed_exactly_the_later_ones()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var producer = await world.StartProducerAsync();
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(async n =>
        {
            while (!stop.IsCancellationRequested)
            {
                await producer.PublishAsync($"task-{n}");
            }
        }).ToList();

        for (var i = 0; i < 20; i++)
        {
            await world.ExecuteAsync($"select messaging.subscribe('{Topics.TaskRecurrence}', 'consumer-{i}')");
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Assert.Equal(
            0,
            await world.ScalarAsync<long>(
                """
                select count(*) from (
                  select o.id, s.consumer from messaging.outbox o join messaging.subscriptions s on s.topic = o.topic and s.since <= o.time) owed
                full join messaging.deliveries d on d.event_id = owed.id and d.consumer = owed.consumer
                where owed.id is null or d.event_id is null
                """));
    }

    [Fact]
    public async Task Adding_an_event_takes_one_round_trip()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var producer = await world.StartProducerAsync();
        await using var connection = await world.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var commands = 0;
        using var activity = new Activity("test").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = x => x.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> x) =>
                x.TraceId == activity.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = _ => Interlocked.Increment(ref commands),
        };
        ActivitySource.AddActivityListener(listener);

        await producer.Outbox.AddAsync(transaction, TestService.Event("task-1"), CancellationToken.None);

        Assert.Equal(1, commands);
    }
}

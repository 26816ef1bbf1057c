using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Ledger;

public sealed class ReconcileTests(TestServers servers)
{
    private const string Old = "todo-redis-backend";
    private const string Current = "todo-kafka-backend";

    [Fact]
    public async Task What_stays_open_on_a_transport_that_is_left_is_sent_again_over_the_current_one()
    {
        await using var world = await TestWorld.CreateAsync(servers, kafka: false);
        var consumer = await world.StartConsumerAsync(null, ("CONSUME_DIRECT", "false"));
        var sidecar = await world.StartSidecarAsync();
        // The broker that is left keeps what it gets for itself.
        sidecar.OnPublished = async x =>
        {
            if (x.Component == Current)
            {
                (await consumer.DeliverAsync(x.Topic, x.Body, Current)).EnsureSuccessStatusCode();
            }
        };
        var before = await StartProducerAsync(world, sidecar, Old);
        await before.PublishAsync(TestService.Event("task-1"), TestService.Event("task-2"));
        await Eventually.SeeAsync(() => consumer.LedgerAsync(Old, "inFlight"), x => x == 2, "both on their way");
        await before.StopAsync();
        // While it is the current one, patience is all it gets.
        Assert.Equal(0, await world.ScalarAsync<int>("select sum(replays)::int from messaging.outbox"));

        await StartProducerAsync(world, sidecar, Current);

        await world.SeeHandledAsync(2);
        Assert.Equal(2, await world.EffectsAsync());
        Assert.Equal([1, 1], await world.ColumnAsync<int>("select replays from messaging.outbox"));
        Assert.Equal(2, await consumer.LedgerAsync(Old, "replayed"));
        Assert.Equal(0, await consumer.LedgerAsync(Old, "inFlight"));
    }

    private static Task<TestService> StartProducerAsync(TestWorld world, FakeSidecar sidecar, string component) => world.StartProducerAsync(
        ("USE_DAPR", "true"), ("PUBSUB_NAME", component), ("DAPR_HTTP_ENDPOINT", sidecar.Address), ("RECONCILE_AFTER", "00:00:00.1"));
}

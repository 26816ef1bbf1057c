using Npgsql;
using Todo.Messaging.Consuming;
using Todo.Messaging.Tests.Delivery.Wires;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Outages;

/// <summary>A consumer that counts how many of its handlers run at a time, and the requests that give it something to do.</summary>
internal sealed class ConsumerRun
{
    // Handlers that a consumer runs at a time: 16 workers of the direct consumer; one per partition or 10 workers of a sidecar are fewer.
    private const int MostHandlers = 16;

    private int _running;
    private int _most;

    private ConsumerRun()
    {
    }

    public Requests Requests { get; private set; } = null!;

    public static async Task<ConsumerRun> StartAsync(Platform platform)
    {
        var run = new ConsumerRun();
        await platform.StartConsumerAsync(run.HandleAsync);
        run.Requests = new(await platform.StartProducerAsync());
        return run;
    }

    /// <summary>Nothing is lost, nothing has two effects, and the broker that is back was not overrun.</summary>
    public async Task SeeCaughtUpAsync(Platform platform, TimeSpan deadline)
    {
        var world = platform.World;
        var events = await world.ScalarAsync<long>("select count(*) from messaging.outbox");
        await Eventually.SeeAsync(() => world.DeliveriesAsync("handled"), x => x == events, $"{events} handled deliveries", deadline);
        await platform.SeeAcknowledgedAsync();

        Assert.Equal(events, await world.ScalarAsync<long>("select count(distinct event_id) from public.effects"));
        Assert.Equal(events, await world.EffectsAsync());
        Assert.Equal(0, await world.DeliveriesAsync("dead"));
        Assert.True(_most <= MostHandlers, $"{_most} handlers at a time");
        // An event is sent again when its acknowledgement failed to come in time, and at a growing interval: a storm would multiply them.
        var sendings = (await platform.Log.ReadAsync(Platform.Topic)).Count;
        Assert.True(sendings <= events * 2, $"{sendings} sendings of {events} events");
        Assert.Equal(0, await world.ScalarAsync<long>("select count(*) from messaging.failures where not transient"));
    }

    private async ValueTask HandleAsync(IncomingEvent value, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var running = Interlocked.Increment(ref _running);
        InterlockedMax(ref _most, running);
        try
        {
            await TestWorld.RecordEffectAsync(value, transaction, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
        {
            if (Interlocked.CompareExchange(ref target, value, seen) == seen)
            {
                return;
            }
        }
    }
}

using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Todo.Contracts;
using Todo.Messaging.Consuming;
using Todo.Messaging.Publishing;
using Todo.Messaging.Tests.World;
using Todo.Messaging.Transports;

namespace Todo.Messaging.Tests.Histories;

/// <summary>
/// Where histories are played: a real database, two replicas of a producer whose relays send over different transports, two of a consumer, and a simulated
/// broker between them. Everything that decides is the product's own code.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    public const string Old = "simulated-old";
    public const string New = "simulated-new";

    private readonly TestWorld _world;
    private long _duplicates;

    private Stage(TestWorld world) => _world = world;

    public TestWorld World => _world;

    public SimulatedBroker Broker { get; private set; } = new(new Random(0));

    public TestService[] Producers { get; private set; } = [];

    public TestService[] Consumers { get; private set; } = [];

    /// <summary>Deliveries that were answered as duplicates, as the broker's side counts them.</summary>
    public long Duplicates => Volatile.Read(ref _duplicates);

    public static async Task<Stage> SetAsync(TestServers servers)
    {
        var world = await TestWorld.CreateAsync(servers, kafka: false);
        await world.ExecuteAsync("create table public.changes (event_id uuid primary key, key text not null)");
        var stage = new Stage(world);
        world.Replace = services => services.AddSingleton(x =>
            new TransportSet(name => new Current(() => stage.Broker.Transport(name, x.GetRequiredService<TimeProvider>()), name)));
        stage.Consumers = [await stage.ConsumerAsync(), await stage.ConsumerAsync()];
        stage.Producers = [await stage.ProducerAsync(Old), await stage.ProducerAsync(New)];
        return stage;
    }

    public void Begin(History history) => Broker = new(new Random(history.Seed)) { Mischief = history.Mischief };

    /// <summary>A change of the world with its event, or neither.</summary>
    public async Task ChangeAsync(IOutbox outbox, IReadOnlyList<string> keys, TimeSpan late, bool commit)
    {
        await using var connection = await _world.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // In one order, like any program that locks several rows.
        foreach (var key in keys.Order(StringComparer.Ordinal))
        {
            var id = await outbox.AddAsync(transaction, TestService.Event(key), CancellationToken.None);
            await using var change = new NpgsqlCommand("insert into public.changes (event_id, key) values ($1, $2)", connection, transaction)
            {
                Parameters = { new() { Value = id }, new() { Value = key } },
            };
            await change.ExecuteNonQueryAsync();
        }

        // Others commit meanwhile: what was written first is not what is seen first.
        await Task.Delay(late);
        if (commit)
        {
            await transaction.CommitAsync();
            outbox.Wake();
        }
    }

    /// <summary>Hands one waiting event to one of the consumers.</summary>
    /// <returns>False when none waits.</returns>
    public async Task<bool> DeliverAsync(bool acknowledgementsAreLost)
    {
        var broker = Broker;
        if (broker.Take() is not { } taken)
        {
            return false;
        }

        if (taken.Value.Topic != Topics.TaskRecurrence)
        {
            // A letter: nobody is subscribed.
            return true;
        }

        var consumer = Consumers[broker.Chance(50) ? 0 : 1];
        var arrival = EventReader.Read(taken.Value.Topic, taken.Value.ToBytes(), taken.Value.Key, DateTimeOffset.UtcNow, taken.Via);
        var outcome = await consumer.Services.GetRequiredService<Dispatcher>().DispatchAsync(arrival, CancellationToken.None);
        if (outcome == DispatchOutcome.Duplicate)
        {
            Interlocked.Increment(ref _duplicates);
        }

        if (outcome == DispatchOutcome.Retry || (acknowledgementsAreLost && broker.Chance(15)))
        {
            broker.Return(taken);
        }

        return true;
    }

    /// <summary>Cuts the connection of a relay, or of an inbox in the middle of a transaction.</summary>
    public Task CrashAsync(bool relay) => _world.ExecuteAsync(
        $"""
        select pg_terminate_backend(pid) from (
          select pid from pg_stat_activity where datname = current_database()
            and {(relay ? $"application_name = '{AppIds.Backend}/relay'" : $"application_name = '{AppIds.RecurringTask}' and state = 'idle in transaction'")}
          order by random() limit 1) victim
        """);

    public async Task ReplayAsync() => await Consumers[0].OrderAsync("/internal/replay", new { epoch = 1, from = (string[])[Old, New] });

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private Task<TestService> ProducerAsync(string component) =>
        _world.StartProducerAsync(("USE_DAPR", "true"), ("PUBSUB_NAME", component), ("RECONCILE_AFTER", "00:00:01"));

    private Task<TestService> ConsumerAsync() => _world.StartConsumerAsync(
        async (value, transaction, token) =>
        {
            await TestWorld.RecordEffectAsync(value, transaction, token);
            if (value.Key!.StartsWith("poison", StringComparison.Ordinal))
            {
                throw new PoisonEventException("poison");
            }

            if (Broker.Mischief > 0 && Broker.Chance(10))
            {
                throw new HttpRequestException("a transient failure after the effect");
            }
        },
        ("USE_DAPR", "true"), ("PUBSUB_NAME", New), ("CONSUME_DIRECT", "false"));

    /// <summary>Stays while broker follows broker.</summary>
    private sealed class Current(Func<ITransport> current, string name) : ITransport
    {
        public string Name => name;

        public ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken) => current().IsReadyAsync(cancellationToken);

        public Task<SendResult[]> SendAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken) => current().SendAsync(events, cancellationToken);
    }
}

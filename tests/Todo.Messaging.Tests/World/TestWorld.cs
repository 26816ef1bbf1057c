using System.Net;
using LocalCluster.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Todo.Contracts;
using Todo.Messaging.Consuming;

namespace Todo.Messaging.Tests.World;

/// <summary>What one test has to itself: a database, a Kafka broker when it asks for one, and the services that it starts.</summary>
public sealed class TestWorld : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly TestServers _servers;
    private BrokerOptions? _kafka;

    private TestWorld(TestServers servers, string connectionString)
    {
        _servers = servers;
        ConnectionString = connectionString;
        Database = NpgsqlDataSource.Create(connectionString + ";Maximum Pool Size=30");
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource Database { get; }

    public KafkaBroker? Kafka { get; private set; }

    /// <summary>Puts parts of the test's own in place of a service's; asked for each service that is started.</summary>
    public Action<IServiceCollection>? Replace { get; set; }

    /// <param name="kafka">False: nothing listens where the services look for Kafka.</param>
    public static async Task<TestWorld> CreateAsync(TestServers servers, bool kafka = true)
    {
        var world = new TestWorld(servers, await servers.CreateDatabaseAsync());
        if (kafka)
        {
            world._kafka = new()
            {
                Listen = new IPEndPoint(TestServers.NextAddress(), 9092),
                DataFolder = servers.NewFolder(),
                AutoCreatePartitions = 0,
                InitialRebalanceDelay = TimeSpan.FromMilliseconds(20),
            };
            await world.StartKafkaAsync();
        }

        await world.ExecuteAsync("create table public.effects (seq bigserial, event_id uuid, consumer text, version bigint, key text, trace text)");
        return world;
    }

    /// <summary>On what it has kept in its folder, after <see cref="StopKafkaAsync"/>.</summary>
    public async Task StartKafkaAsync() => Kafka = await KafkaBroker.StartAsync(_kafka!);

    public ValueTask StopKafkaAsync() => Kafka!.DisposeAsync();

    /// <summary>Starts a producer that consumes nothing.</summary>
    public Task<TestService> StartProducerAsync(params (string Name, string Value)[] settings) =>
        StartAsync(AppIds.Backend, topic: null, handler: null, settings);

    /// <summary>Starts the recurring service as a consumer of <c>task-recurrence</c> that records its effect, unless <paramref name="handler"/> does something else.</summary>
    public Task<TestService> StartConsumerAsync(EventAction? handler = null, params (string Name, string Value)[] settings) =>
        StartAsync(AppIds.RecurringTask, Topics.TaskRecurrence, handler ?? RecordEffectAsync, settings);

    public async Task<TestService> StartAsync(string appId, string? topic, EventAction? handler, params (string Name, string Value)[] settings)
    {
        var service = await TestService.StartAsync(this, appId, topic, handler, settings);
        _parts.Add(service);
        return service;
    }

    public async Task<FakeSidecar> StartSidecarAsync()
    {
        var sidecar = await FakeSidecar.StartAsync();
        _parts.Add(sidecar);
        return sidecar;
    }

    public static async ValueTask RecordEffectAsync(IncomingEvent value, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "insert into public.effects (event_id, consumer, version, key, trace) values ($1, 'recurring', $2, $3, $4)", transaction.Connection, transaction)
        {
            Parameters =
            {
                new() { Value = value.Id }, new() { Value = (object?)value.Version ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint },
                new() { Value = (object?)value.Key ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                new() { Value = (object?)System.Diagnostics.Activity.Current?.TraceId.ToString() ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<List<T>> ColumnAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetFieldValue<T>(0));
        }

        return rows;
    }

    public Task<long> EffectsAsync() => ScalarAsync<long>("select count(*) from public.effects");

    public Task<long> DeliveriesAsync(string state) => ScalarAsync<long>($"select count(*) from messaging.deliveries where state = '{state}'");

    public Task SeeHandledAsync(long count) =>
        Eventually.SeeAsync(() => DeliveriesAsync("handled"), x => x >= count, $"{count} handled deliveries");

    /// <summary>Forgets a service that the test has stopped itself.</summary>
    public void Forget(TestService service) => _parts.Remove(service);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_parts.ConvertAll(x => x.DisposeAsync().AsTask()));
        if (Kafka is not null)
        {
            await Kafka.DisposeAsync();
        }

        await Database.DisposeAsync();
    }
}

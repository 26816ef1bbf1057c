using System.Collections.Concurrent;
using LocalCluster.Dependencies;
using Npgsql;

[assembly: AssemblyFixture(typeof(Todo.Services.Tests.World.Servers))]

namespace Todo.Services.Tests.World;

/// <summary>PostgreSQL for the whole run, and a Kafka for each database whose services need one.</summary>
public sealed class Servers : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<(Daemon Broker, Endpoint Address)>>> _kafkas = new(StringComparer.Ordinal);
    private PostgreSqlServer? _postgres;

    /// <summary>Everything that this run writes is below this folder.</summary>
    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "todo-services-tests-" + Guid.NewGuid().ToString("N")[..8]);

    public async ValueTask InitializeAsync() =>
        _postgres = await PostgreSqlServer.StartAsync(Addresses.Next(5432), Path.Combine(Folder, "postgres"), CancellationToken.None);

    /// <summary>The Kafka of the services on one database: on a common one, services of two databases would be members of the same groups and take each other's events.</summary>
    public async Task<Endpoint> KafkaOfAsync(string database) =>
        (await _kafkas.GetOrAdd(database, _ => new Lazy<Task<(Daemon, Endpoint)>>(StartKafkaAsync)).Value).Address;

    /// <summary>A database of its own; its connection string without pooling, for looks from outside.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = "t" + Guid.NewGuid().ToString("N");
        await using var connection = new NpgsqlConnection(_postgres!.ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync();
        return _postgres.ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var kafka in _kafkas.Values)
        {
            await (await kafka.Value).Broker.DisposeAsync();
        }

        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A Kafka with the services' topics, which the caller ends.</summary>
    public Task<Daemon> StartKafkaAsync(Endpoint address)
    {
        var folder = Path.Combine(Folder, "kafka-" + Guid.NewGuid().ToString("N")[..6]);
        return Programs.StartAsync(
            "LocalCluster.Kafka",
            folder,
            [address],
            ["--listen", $"{address}", "--data", Path.Combine(folder, "data"), "--topic", "task-events:3", "task-recurrence:1", "task-reminders:1"]);
    }

    private async Task<(Daemon Broker, Endpoint Address)> StartKafkaAsync()
    {
        var address = Addresses.Next(9092);
        return (await StartKafkaAsync(address), address);
    }
}

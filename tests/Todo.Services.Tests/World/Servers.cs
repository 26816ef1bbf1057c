using LocalCluster.Dependencies;
using Npgsql;

[assembly: AssemblyFixture(typeof(Todo.Services.Tests.World.Servers))]

namespace Todo.Services.Tests.World;

/// <summary>PostgreSQL and Kafka for the whole run.</summary>
public sealed class Servers : IAsyncLifetime
{
    private PostgreSqlServer? _postgres;
    private Daemon? _kafka;

    /// <summary>Everything that this run writes is below this folder.</summary>
    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "todo-services-tests-" + Guid.NewGuid().ToString("N")[..8]);

    public Endpoint Kafka { get; } = Addresses.Next(9092);

    public async ValueTask InitializeAsync()
    {
        var postgres = PostgreSqlServer.StartAsync(Addresses.Next(5432), Path.Combine(Folder, "postgres"), CancellationToken.None);
        var kafka = StartKafkaAsync();
        _postgres = await postgres;
        _kafka = await kafka;
    }

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
        foreach (var server in (IAsyncDisposable?[])[_kafka, _postgres])
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }

        Directory.Delete(Folder, recursive: true);
    }

    private Task<Daemon> StartKafkaAsync()
    {
        var folder = Path.Combine(Folder, "kafka");
        return Programs.StartAsync(
            "LocalCluster.Kafka",
            folder,
            [Kafka],
            ["--listen", $"{Kafka}", "--data", Path.Combine(folder, "data"), "--topic", "task-events:3", "task-recurrence:1", "task-reminders:1"]);
    }
}

using System.Net;
using LocalCluster.Dependencies;
using Npgsql;

[assembly: AssemblyFixture(typeof(Todo.Messaging.Tests.World.TestServers))]

namespace Todo.Messaging.Tests.World;

/// <summary>One PostgreSQL server for the run; each test has a database of its own in it.</summary>
public sealed class TestServers : IAsyncLifetime
{
    private static readonly Loopback Addresses = new(65);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "todo-messaging-tests-" + Guid.NewGuid().ToString("N")[..8]);
    private PostgreSqlServer? _postgres;

    /// <summary>Commits wait for the disk.</summary>
    public bool Durable { get; init; }

    public async ValueTask InitializeAsync() =>
        _postgres = await PostgreSqlServer.StartAsync(new(NextAddress().ToString(), Loopback.FreePort()), Path.Combine(_folder, "pg"), CancellationToken.None, Durable);

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    public async Task<string> CreateDatabaseAsync()
    {
        var name = "t" + Guid.NewGuid().ToString("N");
        await using var connection = new NpgsqlConnection(_postgres!.ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync();
        return _postgres.ConnectionString(name);
    }

    public string NewFolder() => Path.Combine(_folder, Guid.NewGuid().ToString("N")[..8]);

    /// <summary>A loopback address that nothing else in this run uses.</summary>
    public static IPAddress NextAddress() => Addresses.NextAddress();
}

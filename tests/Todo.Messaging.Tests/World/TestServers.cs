using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LocalCluster.Dependencies;
using Npgsql;

[assembly: AssemblyFixture(typeof(Todo.Messaging.Tests.World.TestServers))]

namespace Todo.Messaging.Tests.World;

/// <summary>One PostgreSQL server for the run; each test has a database of its own in it.</summary>
public sealed class TestServers : IAsyncLifetime
{
    private static int _next;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "todo-messaging-tests-" + Guid.NewGuid().ToString("N")[..8]);
    private PostgreSqlServer? _postgres;

    /// <summary>Commits wait for the disk.</summary>
    public bool Durable { get; init; }

    public async ValueTask InitializeAsync() =>
        _postgres = await PostgreSqlServer.StartAsync(new(NextAddress().ToString(), FreePort()), Path.Combine(_folder, "pg"), CancellationToken.None, Durable);

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

    /// <summary>A loopback address that nothing else in this run uses; runs side by side differ by their process id.</summary>
    public static IPAddress NextAddress()
    {
        var n = Interlocked.Increment(ref _next);
        return IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"127.{65 + n / 250 % 8}.{Environment.ProcessId % 200}.{n % 250 + 1}"));
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

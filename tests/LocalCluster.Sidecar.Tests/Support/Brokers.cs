using System.Net;
using System.Net.Sockets;
using LocalCluster.Kafka;
using LocalCluster.Sidecar.Redis;
using LocalCluster.Sidecar.Tests.Support;

[assembly: AssemblyFixture(typeof(Brokers))]
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace LocalCluster.Sidecar.Tests.Support;

/// <summary>A real Redis, a broker that speaks the Kafka protocol, and a real PostgreSQL, for all tests.</summary>
public sealed class Brokers : IAsyncLifetime
{
    private static int _lastAddress;
    private readonly string _folder = Directory.CreateTempSubdirectory("sidecar-tests-").FullName;
    private ChildProcess? _redis;
    private ChildProcess? _postgres;
    private KafkaBroker? _kafka;

    internal static RedisEndpoint Redis { get; private set; } = new() { Host = "127.64.250.3" };

    internal static string KafkaServers => "127.64.250.2:9092";

    internal static string Postgres => "host=127.64.250.4 port=5432 user=todo password=none database=postgres sslmode=disable";

    internal static string PostgresForNpgsql => "Host=127.64.250.4;Username=todo;Password=none;Database=postgres";

    /// <summary>A loopback address that no other test uses.</summary>
    internal static string NextAddress()
    {
        var number = Interlocked.Increment(ref _lastAddress);
        return $"127.64.{1 + (number / 250)}.{1 + (number % 250)}";
    }

    internal static string NewTopic(string prefix) => $"{prefix}-{Guid.NewGuid():N}"[..(prefix.Length + 9)];

    internal static Task<RespConnection> OpenRedisAsync() => RespConnection.ConnectAsync(Redis, TestContext.Current.CancellationToken);

    public async ValueTask InitializeAsync()
    {
        _redis = new ChildProcess("redis-server", ["--bind", Redis.Host, "--port", "6379", "--save", "", "--appendonly", "no", "--dir", _folder]);
        _kafka = await KafkaBroker.StartAsync(new BrokerOptions
        {
            Listen = IPEndPoint.Parse(KafkaServers),
            DataFolder = Path.Combine(_folder, "kafka"),
            AutoCreatePartitions = 2,
        });
        await StartPostgresAsync();
        await ListensAsync(Redis.Host, 6379);
        await ListensAsync("127.64.250.4", 5432);
    }

    public async ValueTask DisposeAsync()
    {
        _redis?.Dispose();
        if (_postgres is not null)
        {
            // SIGINT would be the fast shutdown; nothing here outlives the tests anyway.
            _postgres.Terminate();
            await _postgres.ExitAsync();
            _postgres.Dispose();
        }

        await (_kafka?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>PostgreSQL refuses to run as root: inside a user namespace it need not.</summary>
    private async Task StartPostgresAsync()
    {
        var programs = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin";
        var data = Path.Combine(_folder, "postgres");
        string[] asUser = Environment.IsPrivilegedProcess ? ["--user", "--map-user=1000", "--map-group=1000"] : ["--user", "--map-current-user"];
        using var create = new ChildProcess(
            "unshare",
            [.. asUser, programs + "/initdb", "-D", data, "-A", "trust", "-U", "todo", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        Assert.True(await create.ExitAsync() == 0, create.Output);
        _postgres = new ChildProcess(
            "unshare",
            [
                .. asUser, programs + "/postgres", "-D", data, "-h", "127.64.250.4", "-p", "5432", "-k", data,
                "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
            ]);
    }

    private static Task ListensAsync(string host, int port) => Eventually.IsTrueAsync(
        async () =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(host, port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        },
        $"{host}:{port} listens");
}

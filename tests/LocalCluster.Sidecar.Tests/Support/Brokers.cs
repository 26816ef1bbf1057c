using System.Globalization;
using System.Net;
using Confluent.Kafka;
using LocalCluster.Dependencies;
using LocalCluster.Kafka;
using LocalCluster.Sidecar.Redis;
using LocalCluster.Sidecar.Tests.Support;

[assembly: AssemblyFixture(typeof(Brokers))]
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace LocalCluster.Sidecar.Tests.Support;

/// <summary>A real Redis, a broker that speaks the Kafka protocol, and a real PostgreSQL, for all tests.</summary>
public sealed class Brokers : IAsyncLifetime
{
    // Runs side by side have a block each.
    private static readonly string Block = string.Create(CultureInfo.InvariantCulture, $"127.{128 + (Environment.ProcessId % 64)}");

    private static int _lastAddress;
    private readonly string _folder = Directory.CreateTempSubdirectory("sidecar-tests-").FullName;
    private RedisServer? _redis;
    private PostgreSqlServer? _postgres;

    /// <summary>The broker, for its fault hooks.</summary>
    internal static KafkaBroker Kafka { get; private set; } = null!;

    internal static RedisEndpoint Redis { get; private set; } = new() { Host = $"{Block}.250.3" };

    internal static string KafkaServers => $"{Block}.250.2:9092";

    internal static string Postgres => $"host={Block}.250.4 port=5432 user=todo password=none database=postgres sslmode=disable";

    internal static string PostgresForNpgsql => $"Host={Block}.250.4;Username=todo;Password=none;Database=postgres";

    /// <summary>A loopback address that no other test uses.</summary>
    internal static string NextAddress()
    {
        var number = Interlocked.Increment(ref _lastAddress);
        return $"{Block}.{1 + (number / 250)}.{1 + (number % 250)}";
    }

    internal static string NewTopic(string prefix) => $"{prefix}-{Guid.NewGuid():N}"[..(prefix.Length + 9)];

    internal static Task<RespConnection> OpenRedisAsync() => RespConnection.ConnectAsync(Redis, TestContext.Current.CancellationToken);

    /// <summary>How many consumers a group on the Kafka broker has.</summary>
    internal static int Members(string group)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = KafkaServers }).Build();
        return admin.ListGroup(group, TimeSpan.FromSeconds(10))?.Members.Count ?? 0;
    }

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync(new Endpoint(Redis.Host, 6379), Path.Combine(_folder, "redis"), CancellationToken.None);
        Kafka = await KafkaBroker.StartAsync(new BrokerOptions
        {
            Listen = IPEndPoint.Parse(KafkaServers),
            DataFolder = Path.Combine(_folder, "kafka"),
            AutoCreatePartitions = 2,
        });
        _postgres = await PostgreSqlServer.StartAsync(new Endpoint($"{Block}.250.4", 5432), Path.Combine(_folder, "postgresql"), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new IAsyncDisposable?[] { _redis, _postgres, Kafka })
        {
            await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        Directory.Delete(_folder, recursive: true);
    }
}

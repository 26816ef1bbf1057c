using System.Net;
using LocalCluster.Dependencies;
using LocalCluster.Kafka;

[assembly: AssemblyFixture(typeof(Todo.Operator.Tests.Cluster.TestBackends))]

namespace Todo.Operator.Tests.Cluster;

/// <summary>Brokers and database that the operator finds healthy: one of each for the run, started when first asked for.</summary>
public sealed class TestBackends : IAsyncDisposable
{
    private static readonly Dictionary<string, int> Topics = new(StringComparer.Ordinal)
    {
        ["task-events"] = 3,
        ["task-reminders"] = 1,
        ["task-recurrence"] = 1,
        ["task-events-dlq.notification-service"] = 1,
        ["task-events-dlq.email-delivery-service"] = 1,
        ["task-events-dlq.recurring-task-service"] = 1,
    };

    private static readonly Loopback Addresses = new(90);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "todo-operator-tests-" + Guid.NewGuid().ToString("N")[..8]);
    private readonly Lazy<Task<KafkaBroker>> _kafka;
    private readonly Lazy<Task<RedisServer>> _redis;
    private readonly Lazy<Task<PostgreSqlServer>> _postgres;

    public TestBackends()
    {
        RedisEndpoint = new Endpoint(NextAddress().ToString(), Loopback.FreePort());
        DatabaseEndpoint = new Endpoint(NextAddress().ToString(), Loopback.FreePort());
        _kafka = new(() => StartKafkaAsync(Topics));
        _redis = new(() => RedisServer.StartAsync(RedisEndpoint, NewFolder(), CancellationToken.None));
        _postgres = new(() => PostgreSqlServer.StartAsync(DatabaseEndpoint, NewFolder(), CancellationToken.None));
        DatabaseUrl = $"postgres://todo:todo@{DatabaseEndpoint}/postgres";
    }

    public Endpoint RedisEndpoint { get; }

    public Endpoint DatabaseEndpoint { get; }

    public string DatabaseUrl { get; }

    public Task<KafkaBroker> KafkaAsync() => _kafka.Value;

    public Task<RedisServer> RedisAsync() => _redis.Value;

    public Task<PostgreSqlServer> PostgreSqlAsync() => _postgres.Value;

    public Task StartAsync() => Task.WhenAll(KafkaAsync(), RedisAsync(), PostgreSqlAsync());

    /// <summary>A broker of a test's own.</summary>
    public Task<KafkaBroker> StartKafkaAsync(IReadOnlyDictionary<string, int> topics) => KafkaBroker.StartAsync(new BrokerOptions
    {
        Listen = new IPEndPoint(NextAddress(), 9092),
        DataFolder = NewFolder(),
        AutoCreatePartitions = 0,
        Topics = topics,
    });

    /// <summary>The topics of a healthy platform, without some.</summary>
    public static IReadOnlyDictionary<string, int> TopicsWithout(params string[] missing) =>
        Topics.Where(t => !missing.Contains(t.Key)).ToDictionary(t => t.Key, t => t.Value);

    public string NewFolder() => Path.Combine(_folder, Guid.NewGuid().ToString("N")[..8]);

    /// <summary>A loopback address that nothing else in this run uses.</summary>
    public static IPAddress NextAddress() => Addresses.NextAddress();

    public async ValueTask DisposeAsync()
    {
        if (_kafka.IsValueCreated)
        {
            await (await _kafka.Value).DisposeAsync();
        }

        if (_redis.IsValueCreated)
        {
            await (await _redis.Value).DisposeAsync();
        }

        if (_postgres.IsValueCreated)
        {
            await (await _postgres.Value).DisposeAsync();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}

using LocalCluster.Dependencies;
using Todo.Contracts;
using Todo.Messaging.Tests.Delivery.Wires;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Services.Tests.World;

/// <summary>All four services on one database behind sidecars on what the operator generates, as they run after a migration. Started by the first test that needs it.</summary>
public abstract class DaprPlatform(Servers servers) : Platform(servers), IAsyncLifetime
{
    private static readonly Dictionary<string, string> Apps = new()
    {
        ["Todo.Backend"] = AppIds.Backend,
        ["Todo.Notification"] = AppIds.Notification,
        ["Todo.EmailDelivery"] = AppIds.EmailDelivery,
        ["Todo.RecurringTask"] = AppIds.RecurringTask,
    };

    private bool _isStarted;
    private GeneratedResources? _resources;

    /// <summary>What stands behind the sidecars.</summary>
    protected abstract Broker Broker { get; }

    /// <summary>Where it is; everything else is as by default.</summary>
    protected abstract TodoPlatformSpec Spec { get; }

    private GeneratedResources Resources => _resources ??= new(Broker, Spec);

    /// <summary>What has to be there before the first service.</summary>
    public abstract Task StartBrokerAsync();

    /// <summary>Another one, of which nothing is started: its broker is nobody else's.</summary>
    public abstract DaprPlatform Anew();

    public async Task StartedAsync()
    {
        if (!_isStarted)
        {
            await StartBrokerAsync();
            await base.InitializeAsync();
            _isStarted = true;
        }
    }

    // Its tests are explicit: without one of them nothing is started.
    ValueTask IAsyncLifetime.InitializeAsync() => ValueTask.CompletedTask;

    public override Task<ServiceProcess> StartAsync(string name, int port) => StartAsync(name, Addresses.Next(port), ConnectionString, Settings());

    /// <summary>A pod with its sidecar.</summary>
    /// <param name="connectionString">A database, which need not be the platform's.</param>
    public Task<ServiceProcess> StartAsync(string name, int port, string connectionString) => StartAsync(name, Addresses.Next(port), connectionString, []);

    private async Task<ServiceProcess> StartAsync(string name, Endpoint endpoint, string connectionString, Dictionary<string, string> settings)
    {
        var appId = Apps[name];
        var folder = Path.Combine(Servers.Folder, $"sidecar-{appId}-{Guid.NewGuid().ToString("N")[..6]}");
        var sidecar = await Programs.StartAsync(
            "LocalCluster.Sidecar",
            folder,
            [new Endpoint(endpoint.Host, 3500)],
            Resources.Write(Directory.CreateDirectory(folder).FullName, appId, endpoint.Host, endpoint.Port, end: true));
        return await ServiceProcess.StartAsync(
            name,
            endpoint.Port,
            Servers,
            connectionString,
            new Dictionary<string, string>(settings)
            {
                ["USE_DAPR"] = "true",
                ["PUBSUB_NAME"] = Resources.ComponentOf(appId),
                ["DAPR_HTTP_ENDPOINT"] = $"http://{endpoint.Host}:3500",
                // Nothing goes by the services' own client, by mistake or otherwise.
                ["KAFKA_BOOTSTRAP_SERVERS"] = $"{Addresses.Next(9092)}",
            },
            endpoint,
            sidecar);
    }
}

/// <summary>Behind sidecars on a Kafka of its own.</summary>
public sealed class DaprOnKafkaPlatform(Servers servers) : DaprPlatform(servers)
{
    private readonly Endpoint _kafka = Addresses.Next(9092);

    protected override Broker Broker => Broker.Kafka;

    protected override TodoPlatformSpec Spec => new() { Kafka = new() { Brokers = [$"{_kafka}"] } };

    public override DaprPlatform Anew() => new DaprOnKafkaPlatform(Servers);

    public override async Task StartBrokerAsync() => Owns(await Servers.StartKafkaAsync(_kafka));
}

/// <summary>Behind sidecars on Redis Streams.</summary>
public sealed class DaprOnRedisPlatform(Servers servers) : DaprPlatform(servers)
{
    private readonly Endpoint _redis = Addresses.Next(6379);

    protected override Broker Broker => Broker.Redis;

    protected override TodoPlatformSpec Spec => new() { Redis = new() { Host = $"{_redis}" } };

    public override DaprPlatform Anew() => new DaprOnRedisPlatform(Servers);

    public override async Task StartBrokerAsync() =>
        Owns(await RedisServer.StartAsync(_redis, Path.Combine(Servers.Folder, "redis-" + Guid.NewGuid().ToString("N")[..6]), CancellationToken.None));
}

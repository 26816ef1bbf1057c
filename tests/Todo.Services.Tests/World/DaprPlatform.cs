using LocalCluster.Dependencies;

namespace Todo.Services.Tests.World;

/// <summary>All four services on one database behind sidecars, as they run after a migration. Started by the first test that needs it.</summary>
public abstract class DaprPlatform(Servers servers) : Platform(servers), IAsyncLifetime
{
    private static readonly Dictionary<string, (string AppId, string? Topic)> Apps = new()
    {
        ["Todo.Backend"] = ("backend", null),
        ["Todo.Notification"] = ("notification-service", "task-events"),
        ["Todo.EmailDelivery"] = ("email-delivery-service", "task-reminders"),
        ["Todo.RecurringTask"] = ("recurring-task-service", "task-recurrence"),
    };

    private bool _isStarted;

    public static string ComponentOf(string appId) => $"todo-broker-{appId}";

    /// <summary>The specification of the pub/sub component of an app.</summary>
    protected abstract string Component(string appId);

    /// <summary>What has to be there before the first service.</summary>
    public abstract Task StartBrokerAsync();

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
    public async Task<ServiceProcess> StartAsync(string name, Endpoint endpoint, string connectionString, IReadOnlyDictionary<string, string> settings)
    {
        var (appId, topic) = Apps[name];
        var port = endpoint.Port;
        var component = ComponentOf(appId);
        var folder = Path.Combine(Servers.Folder, $"sidecar-{appId}-{Guid.NewGuid().ToString("N")[..6]}");
        var resources = Directory.CreateDirectory(Path.Combine(folder, "resources")).FullName;
        await File.WriteAllTextAsync(Path.Combine(resources, "pubsub.yaml"), $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: {{component}} }
            spec: {{Component(appId)}}
            """);
        if (topic is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(resources, "subscription.yaml"), $$"""
                apiVersion: dapr.io/v2alpha1
                kind: Subscription
                metadata: { name: {{component}}-{{topic}} }
                spec: { pubsubname: {{component}}, topic: {{topic}}, routes: { default: /events/{{topic}} }, deadLetterTopic: task-events-dlq.{{appId}} }
                scopes: [ {{appId}} ]
                """);
        }

        var sidecar = await Programs.StartAsync(
            "LocalCluster.Sidecar",
            folder,
            [new Endpoint(endpoint.Host, 3500)],
            [
                "--app-id", appId, "--app-port", $"{port}", "--app-protocol", "http", "--app-channel-address", endpoint.Host,
                "--dapr-listen-addresses", endpoint.Host, "--dapr-http-port", "3500", "--dapr-public-listen-address", endpoint.Host, "--metrics-listen-address", endpoint.Host,
                "--resources-path", resources, "--enable-app-health-check", "--app-health-check-path", "/healthz", "--app-health-probe-interval", "1", "--app-health-threshold", "1",
            ]);
        var service = await ServiceProcess.StartAsync(
            name,
            port,
            Servers,
            connectionString,
            new Dictionary<string, string>(settings)
            {
                ["USE_DAPR"] = "true",
                ["PUBSUB_NAME"] = component,
                ["DAPR_HTTP_ENDPOINT"] = $"http://{endpoint.Host}:3500",
                // Nothing goes by the services' own client, by mistake or otherwise.
                ["KAFKA_BOOTSTRAP_SERVERS"] = $"{Addresses.Next(9092)}",
            },
            endpoint);
        service.EndsWith(sidecar);
        return service;
    }
}

/// <summary>Behind sidecars on a Kafka of its own.</summary>
public sealed class DaprOnKafkaPlatform(Servers servers) : DaprPlatform(servers)
{
    private readonly Endpoint _kafka = Addresses.Next(9092);

    protected override string Component(string appId) => $$"""
        { type: pubsub.kafka, version: v1, initTimeout: 60s, metadata: [
            { name: brokers, value: "{{_kafka}}" }, { name: authType, value: none }, { name: consumerGroup, value: {{appId}}-group }, { name: initialOffset, value: oldest } ] }
        """.ReplaceLineEndings(" ");

    public override async Task StartBrokerAsync() => Owns(await Servers.StartKafkaAsync(_kafka));
}

/// <summary>Behind sidecars on Redis Streams.</summary>
public sealed class DaprOnRedisPlatform(Servers servers) : DaprPlatform(servers)
{
    private readonly Endpoint _redis = Addresses.Next(6379);

    protected override string Component(string appId) => $$"""
        { type: pubsub.redis, version: v1, initTimeout: 60s, metadata: [
            { name: redisHost, value: "{{_redis}}" }, { name: enableTLS, value: "false" }, { name: consumerID, value: {{appId}} },
            { name: processingTimeout, value: "20000" }, { name: redeliverInterval, value: "1000" }, { name: poolSize, value: "10" } ] }
        """.ReplaceLineEndings(" ");

    public override async Task StartBrokerAsync() =>
        Owns(await RedisServer.StartAsync(_redis, Path.Combine(Servers.Folder, "redis-" + Guid.NewGuid().ToString("N")[..6]), CancellationToken.None));
}

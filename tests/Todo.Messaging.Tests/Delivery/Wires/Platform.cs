using LocalCluster.Dependencies;
using Todo.Contracts;
using Todo.Messaging.Tests.World;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Messaging.Tests.Delivery.Wires;

/// <summary>
/// A producer and consumers over one of the three transports, with a broker, a database and, with Dapr, a sidecar for each pod that are the test's own.
/// </summary>
public sealed class Platform : IAsyncDisposable
{
    /// <summary>The consumer: of a topic with three partitions, so that two replicas have something to do.</summary>
    public const string Consumer = AppIds.Notification;

    public const string Topic = Topics.TaskEvents;

    public const string DeadLetterTopic = "task-events-dlq." + Consumer;

    private readonly TestServers _servers;
    private readonly Wire _wire;
    private readonly TimeSpan _handlerTimeout;
    private readonly GeneratedResources? _resources;
    private readonly List<Daemon> _processes = [];

    private Platform(TestServers servers, TestWorld world, Wire wire, IBrokerLog log, TimeSpan handlerTimeout)
    {
        (_servers, World, _wire, Log, _handlerTimeout) = (servers, world, wire, log, handlerTimeout);
        _resources = wire == Wire.DirectKafka ? null : new(wire == Wire.DaprKafka ? Broker.Kafka : Broker.Redis, Spec(log.Address, handlerTimeout));
    }

    public TestWorld World { get; }

    public IBrokerLog Log { get; }

    /// <summary>The transport over which events reach the consumer, as the ledger names it.</summary>
    public string Arrival => TransportOf(Consumer);

    /// <param name="handlerTimeout">Longest time for one attempt, of the service and of the sidecar's policy. Default 5 s.</param>
    public static async Task<Platform> CreateAsync(TestServers servers, Wire wire, TimeSpan? handlerTimeout = null)
    {
        var world = await TestWorld.CreateAsync(servers, kafka: wire != Wire.DaprRedis);
        world.Kafka?.CreateTopic(Topic, 3);
        world.Kafka?.CreateTopic(DeadLetterTopic, 3);
        IBrokerLog log = wire == Wire.DaprRedis ? await RedisLog.StartAsync(servers, Consumer) : new KafkaLog(world, Consumer);
        return new(servers, world, wire, log, handlerTimeout ?? TimeSpan.FromSeconds(5));
    }

    public string TransportOf(string appId) => _resources?.ComponentOf(appId) ?? TransportNames.DirectKafka;

    public Task<TestService> StartProducerAsync(params (string Name, string Value)[] settings) =>
        StartPodAsync(AppIds.Backend, topic: null, handler: null, settings);

    /// <summary>Starts a replica of the consumer, which records its effect unless <paramref name="handler"/> does something else.</summary>
    public Task<TestService> StartConsumerAsync(EventAction? handler = null, params (string Name, string Value)[] settings) =>
        StartPodAsync(Consumer, Topic, handler ?? TestWorld.RecordEffectAsync, settings);

    /// <summary>Starts a consumer that kills itself while it handles its first event: the process, and the pod's address for its successor.</summary>
    public async Task<(Daemon Process, string Address)> StartCrashingConsumerAsync(string moment)
    {
        var (folder, address) = (Directory.CreateDirectory(_servers.NewFolder()).FullName, TestServers.NextAddress().ToString());
        await StartSidecarAsync(Consumer, address);
        var settings = TestService.Environment(World, [.. SettingsOf(Consumer, address)]).Select(x => $"{x.Key}={x.Value}");
        var process = await Daemon.StartAsync(
            new()
            {
                Name = "crashing consumer",
                Program = Path.Combine(AppContext.BaseDirectory, "Todo.CrashingService"),
                Arguments = [Consumer, Topic, moment, .. settings],
                Folder = folder,
                LogFile = Path.Combine(folder, "service.log"),
                Endpoints = [new(address, 8000)],
                StartDeadline = SidecarProcess.StartDeadline,
            },
            CancellationToken.None);
        _processes.Add(process);
        // From then on events are owed to it.
        using var http = new HttpClient();
        await Eventually.SeeAsync(
            async () =>
            {
                using var answer = await http.GetAsync(new Uri($"http://{address}:8000/readyz"));
                return answer.IsSuccessStatusCode;
            },
            x => x,
            "the consumer ready");
        return (process, address);
    }

    /// <summary>Starts the consumer again in a pod whose sidecar is still there.</summary>
    public Task<TestService> StartConsumerAgainAsync(string address) =>
        World.StartAsync(Consumer, Topic, TestWorld.RecordEffectAsync, [.. SettingsOf(Consumer, address)]);

    public Task SeeAcknowledgedAsync(string topic = Topic) =>
        Eventually.SeeAsync(() => Log.UnacknowledgedAsync(topic), x => x == 0, $"everything on {topic} acknowledged");

    public async ValueTask DisposeAsync()
    {
        // Services first: their last events go through the sidecars.
        await World.DisposeAsync();
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Log.DisposeAsync();
    }

    private async Task<TestService> StartPodAsync(string appId, string? topic, EventAction? handler, (string Name, string Value)[] settings)
    {
        var address = TestServers.NextAddress().ToString();
        await StartSidecarAsync(appId, address);
        return await World.StartAsync(appId, topic, handler, [.. SettingsOf(appId, address), .. settings]);
    }

    /// <summary>Only waiting times are shorter than the defaults.</summary>
    private static TodoPlatformSpec Spec(string address, TimeSpan handlerTimeout) => new()
    {
        Kafka = new() { Brokers = [address] },
        Redis = new() { Host = address, ProcessingTimeout = TimeSpan.FromSeconds(2), RedeliverInterval = TimeSpan.FromMilliseconds(500) },
        Delivery = new() { HandlerTimeout = handlerTimeout },
    };

    private async Task StartSidecarAsync(string appId, string address)
    {
        if (_resources is not null)
        {
            var folder = Directory.CreateDirectory(_servers.NewFolder()).FullName;
            _processes.Add(await SidecarProcess.StartAsync(folder, address, _resources.Write(folder, appId, address, appPort: 8000)));
        }
    }

    private IEnumerable<(string Name, string Value)> SettingsOf(string appId, string address)
    {
        yield return ("BIND_ADDRESS", address);
        yield return ("DELIVERY_HANDLER_TIMEOUT", _handlerTimeout.ToString("c"));
        if (_resources is not null)
        {
            yield return ("USE_DAPR", "true");
            yield return ("PUBSUB_NAME", _resources.ComponentOf(appId));
            yield return ("DAPR_HTTP_ENDPOINT", $"http://{address}:3500");
        }
    }
}

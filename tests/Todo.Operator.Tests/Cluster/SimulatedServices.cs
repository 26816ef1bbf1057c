using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Storage;

namespace Todo.Operator.Tests.Cluster;

/// <summary>What the simulated pods share: the database's view of probes, epochs and the job.</summary>
internal sealed class SimulatedServices(KubeApiServer server)
{
    private static readonly ResourceType Components = new("dapr.io", "v1alpha1", "components", "Component");
    private static readonly ResourceType Subscriptions = new("dapr.io", "v2alpha1", "subscriptions", "Subscription");
    private static readonly (string Topic, string Consumer)[] Owed =
    [
        ("task-events", "notification-service"),
        ("task-reminders", "email-delivery-service"),
        ("task-recurrence", "recurring-task-service"),
    ];

    private static readonly string[] Consumers = ["backend", "notification-service", "email-delivery-service", "recurring-task-service"];

    private readonly ConcurrentDictionary<string, (string Topic, string Via)> _probes = new();
    private readonly ConcurrentDictionary<string, SimulatedPodView> _pods = new();
    private long _epoch;

    public bool Job { get; set; }

    /// <summary>Failed attempts that the ledger reports once something publishes to a Component whose name contains this.</summary>
    public string? FailingOn { get; set; }

    /// <summary>The ledger has seen no event, and probes do not become any.</summary>
    public bool Quiet { get; set; }

    /// <summary>Deliveries that were given up.</summary>
    public int Dead { get; set; }

    /// <summary>No probe is handled by anybody.</summary>
    public bool Deaf { get; set; }

    /// <summary>No sidecar loads a Component in which this text stands.</summary>
    public string? Unloadable { get; set; }

    /// <summary>What the services' own client is given.</summary>
    public string? OwnClient { get; set; }

    /// <summary>The broker in Components' names that the own client is connected to.</summary>
    public string OwnBroker { get; set; } = "kafka";

    public int ProbesSent => _probes.Count;

    public long Epoch => Interlocked.Read(ref _epoch);

    public void Add(SimulatedPodView pod)
    {
        _pods[pod.Name] = pod;
        Job = Job || (pod.UseDapr && pod.AppId == "notification-service");
    }

    public void Remove(SimulatedPodView pod) => _pods.TryRemove(pod.Name, out _);

    /// <summary>False for an order of an earlier epoch.</summary>
    public bool Obey(long epoch)
    {
        lock (_probes)
        {
            if (epoch < _epoch)
            {
                return false;
            }

            _epoch = epoch;
            return true;
        }
    }

    public string Probe(string topic, string via)
    {
        var id = Guid.CreateVersion7().ToString();
        _probes[id] = (topic, via);
        return id;
    }

    public JsonNode Probes(IEnumerable<string> ids) => new JsonObject
    {
        ["probes"] = new JsonArray([.. ids.Where(_probes.ContainsKey).Select(id =>
        {
            var (topic, via) = _probes[id];
            var consumer = Owed.First(o => o.Topic == topic).Consumer;
            return new JsonObject { ["id"] = id, ["topic"] = topic, ["consumer"] = consumer, ["sentVia"] = via, ["handledVia"] = HandledVia(consumer, via) };
        })]),
    };

    public JsonNode Ledger()
    {
        var failing = FailingOn is { } part && _pods.Values.Any(p => p.PublishesTo.Contains(part, StringComparison.Ordinal));
        return new JsonObject
        {
            ["asOf"] = DateTimeOffset.UtcNow,
            ["epoch"] = Epoch,
            ["held"] = 0,
            ["heldOldestSeconds"] = 0,
            ["unsent"] = new JsonArray(),
            ["transports"] = new JsonArray([.. _pods.Values.Select(p => p.PublishesTo).Distinct().Select((t, i) => new JsonObject
            {
                ["name"] = t, ["inFlight"] = 0, ["oldestSeconds"] = 0, ["replayed"] = 0, ["suppressed"] = 0, ["dead"] = i == 0 ? Dead : 0, ["foreign"] = 0,
            })]),
            ["recent"] = new JsonObject
            {
                ["seconds"] = 30, ["published"] = Quiet ? 0 : 200, ["handled"] = Quiet ? 0 : 200, ["failed"] = failing ? 100 : 0, ["p50Milliseconds"] = 4.0, ["p95Milliseconds"] = 9.0,
            },
        };
    }

    public JsonNode Metadata(string appId) => new JsonObject
    {
        ["components"] = new JsonArray([.. Loaded(appId).Select(n => new JsonObject { ["name"] = n })]),
        ["subscriptions"] = new JsonArray([.. InScope(Subscriptions, appId).Select(s => new JsonObject
        {
            ["pubsubname"] = s["spec"]!["pubsubname"]!.GetValue<string>(), ["topic"] = s["spec"]!["topic"]!.GetValue<string>(),
        })]),
    };

    private string? HandledVia(string consumer, string via)
    {
        // Which Component lies on which broker stands in its name: of the platform, the broker with its mark, and the app.
        var broker = via == "direct-kafka" ? OwnBroker : Consumers.Aggregate(via["todo-".Length..], (rest, app) => rest.EndsWith($"-{app}", StringComparison.Ordinal) ? rest[..^(app.Length + 1)] : rest);
        var component = $"todo-{broker}-{consumer}";
        var pods = _pods.Values.Where(p => p.AppId == consumer).ToList();
        var direct = broker == OwnBroker && pods.Exists(p => p.ConsumesDirect);
        var dapr = pods.Exists(p => p.HasSidecar) && InScope(Subscriptions, consumer).Any(s => s["spec"]!["pubsubname"]!.GetValue<string>() == component);
        return Deaf ? null : direct ? "direct-kafka" : dapr ? component : null;
    }

    private IEnumerable<string> Loaded(string appId) => InScope(Components, appId)
        .Where(c => Unloadable is not { } text || !c["spec"]!.ToJsonString().Contains(text, StringComparison.Ordinal)).Select(o => o["metadata"]!["name"]!.GetValue<string>());

    private IEnumerable<JsonObject> InScope(ResourceType type, string appId) =>
        server.Api.List(type, "default").Items.Where(o => o["scopes"]!.AsArray().Any(s => s!.GetValue<string>() == appId));
}

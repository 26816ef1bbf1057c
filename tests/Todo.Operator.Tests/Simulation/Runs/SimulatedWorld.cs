using System.Text;
using System.Text.Json.Nodes;
using Todo.Operator.Resource;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Nodes;
using Todo.Operator.Tests.Simulation.Services;
using Todo.Operator.Tests.Simulation.Time;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.Runs;

/// <summary>A cluster with the four services and their traffic.</summary>
internal sealed class SimulatedWorld
{
    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>An empty cluster.</summary>
    public SimulatedWorld(int seed, DateTimeOffset now)
    {
        Clock = new VirtualClock(now);
        var apps = PlatformTopology.Of(new TodoPlatformSpec());
        Store = new ObjectStore(Clock, Weather);
        Trace = new Trace(Clock);
        Kubelet = new Kubelet(Store, Clock, Weather, apps, new Random(seed));
        _ = new DeploymentController(Store, Clock, Kubelet, new Random(seed + 1));
        _ = new GarbageCollector(Store, Clock);
        var sidecars = new Sidecars(Store, Clock, Kubelet, Weather, new Random(seed + 2));
        Ledger = new Ledger(Clock, apps);
        Brokers = new Brokers(Kubelet, sidecars, Weather, apps, new Random(seed + 3));
        Traffic = new Traffic(Clock, Kubelet, Weather, Ledger, Brokers, apps, new Random(seed + 4));
        Port = new ManagementPort(Clock, Kubelet, Weather, Ledger, Brokers, () => Store.IsLate);
    }

    /// <summary>The services as nobody has touched them yet.</summary>
    public static SimulatedWorld Untouched(int seed)
    {
        var world = new SimulatedWorld(seed, Beginning);
        world.Store.Create(Kinds.Secret, Secret("todo-management", "token", ManagementPort.Token), "kubectl");
        world.Store.Create(Kinds.Secret, Secret("todo-app-secrets", "DATABASE_URL", "postgres://todo:secret@postgres:5432/todo"), "kubectl");
        foreach (var app in PlatformTopology.Of(new TodoPlatformSpec()))
        {
            world.Store.Create(Kinds.Deployment, Deployment(app), "kubectl");
        }

        return world;
    }

    public VirtualClock Clock { get; }

    public EventLoop Loop { get; } = new();

    public Weather Weather { get; } = new();

    public ObjectStore Store { get; }

    public Trace Trace { get; }

    public Kubelet Kubelet { get; }

    public Ledger Ledger { get; }

    public Brokers Brokers { get; }

    public Traffic Traffic { get; }

    public ManagementPort Port { get; }

    private static JsonObject Secret(string name, string key, string value) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Kinds.Namespace },
        ["data"] = new JsonObject { [key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value)) },
    };

    private static JsonObject Deployment(AppDefinition app) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = app.Deployment, ["namespace"] = Kinds.Namespace },
        ["spec"] = new JsonObject
        {
            ["replicas"] = app.Id == ServiceId.Backend ? 2 : 1,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = app.Deployment } },
            ["strategy"] = new JsonObject { ["type"] = "RollingUpdate", ["rollingUpdate"] = new JsonObject { ["maxUnavailable"] = 0, ["maxSurge"] = 1 } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = app.Deployment } },
                ["spec"] = new JsonObject
                {
                    ["terminationGracePeriodSeconds"] = 60,
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = app.Container,
                        ["image"] = "todo/simulated",
                        ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = app.Port }, new JsonObject { ["containerPort"] = 8090 }),
                        ["env"] = new JsonArray(new JsonObject { ["name"] = "OTHER", ["value"] = "kept" }),
                        ["readinessProbe"] = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/readyz", ["port"] = app.Port } },
                    }),
                },
            },
        },
    };
}

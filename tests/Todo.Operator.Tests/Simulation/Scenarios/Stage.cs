using System.Text;
using System.Text.Json.Nodes;
using Kubernetes.Client.Requests;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Nodes;
using Todo.Operator.Tests.Simulation.Runs;

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>What a step of a scenario can see and do.</summary>
internal sealed class Stage(SimulatedWorld world)
{
    private const string Name = "todo";

    /// <summary>Limits as short as the simulated pods are quick.</summary>
    private const string Limits = """
        "kafka":{"brokers":["kafka:9092"]},"redis":{"host":"redis:6379"},
        "rollout":{"stepTimeout":"30s","soak":"200ms","analysis":{"interval":"500ms","minEvents":5,"failureLimit":3,"errorLimit":60}},
        "drain":{"timeout":"20s","publishTimeout":"250ms","hold":"250ms"}
        """;

    private DateTimeOffset _stepBegan;
    private DateTimeOffset? _since;

    public Weather Weather => world.Weather;

    public JsonObject? Platform => world.Store.Find(Kinds.Platform, Kinds.Namespace, Name);

    public string? Phase => Platform?["status"].Text("phase");

    /// <summary>Where the move leads that status tells.</summary>
    public string? Target => Platform?["status"]?["move"].Text("target");

    /// <summary>The stage that status tells.</summary>
    public string? Reported => Platform?["status"].Text("stage");

    /// <summary>A Component is not as it was made.</summary>
    public bool IsEdited(string component) => world.Store.Find(Kinds.Component, Kinds.Namespace, component)?.Generation() > 1;

    public bool Elapsed(double seconds) => world.Clock.Now - _stepBegan >= TimeSpan.FromSeconds(seconds);

    public void BeginStep() => (_stepBegan, _since) = (world.Clock.Now, null);

    /// <summary>Whether something has been so for a while without a break.</summary>
    public bool Lasts(Func<bool> condition, double seconds)
    {
        _since = condition() ? _since ?? world.Clock.Now : null;
        return world.Clock.Now - _since >= TimeSpan.FromSeconds(seconds);
    }

    public void Create(string spec) => world.Store.Create(
        Kinds.Platform,
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = Kinds.Namespace },
            ["spec"] = Patches.Merge(JsonNode.Parse($$"""{{{Limits}}}""")!.AsObject(), JsonNode.Parse($$"""{{{spec}}}""")!.AsObject()),
        },
        "kubectl");

    public void Patch(string spec) => world.Store.Change(
        Kinds.Platform, Kinds.Namespace, Name, p => Patches.Merge(p, new JsonObject { ["spec"] = JsonNode.Parse($$"""{{{spec}}}""") }));

    public void Annotate(string annotation, string value) => world.Store.Change(
        Kinds.Platform,
        Kinds.Namespace,
        Name,
        p => Patches.Merge(p, new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [annotation] = value } } }));

    /// <summary>Asks for something by annotation.</summary>
    public void Request(string what, string token = "1") => Annotate($"platform.todo.io/{what}", token);

    /// <summary>Somebody puts another token into the Secret of the management port.</summary>
    public void Rotate(string token) => world.Store.Change(
        Kinds.Secret,
        Kinds.Namespace,
        "todo-management",
        s => Patches.Merge(s, new JsonObject { ["data"] = new JsonObject { ["token"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(token)) } }));

    /// <summary>Deployments all of whose pods were started with this token.</summary>
    public int Started(string token) => world.Kubelet.Pods.GroupBy(p => p.Deployment).Count(d => d.All(p => p.Token == token));

    public void Delete() => world.Store.Delete(Kinds.Platform, Kinds.Namespace, Name, new DeleteOptions());

    /// <summary>The operator says that it is done with the newest wish, in this phase and on this transport.</summary>
    public bool IsDone(string phase, string transport) =>
        Platform is { } platform && platform["status"] is { } status
        && status.Text("phase") == phase && status["move"].Text("target") == transport && status["move"].Text("finishedAt") is not null
        && status.Text("observedGeneration") == platform.Metadata()["generation"]!.ToString();

    /// <summary>What a Deployment's template says of a variable.</summary>
    public string? Variable(string deployment, string variable) =>
        (world.Store.Find(Kinds.Deployment, Kinds.Namespace, deployment)?["spec"]?["template"]?["spec"]?["containers"]?[0]?["env"] as JsonArray)?
        .FirstOrDefault(e => e.Text("name") == variable).Text("value");

    public bool HasSidecar(string deployment) =>
        world.Store.Find(Kinds.Deployment, Kinds.Namespace, deployment)?["spec"]?["template"]?["metadata"].Text("annotations", "dapr.io/enabled") == "true";

    /// <summary>Whether there is any Subscription over a broker.</summary>
    public int Subscriptions(string broker) => world.Store.List(Kinds.Subscription).Count(s => s.Name().Contains($"-{broker}-", StringComparison.Ordinal));

    public bool Subscribed(string broker) => Subscriptions(broker) > 0;

    public bool IsGone => Platform is null;
}

using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Node.Tests.Support;

/// <summary>One test's namespace and the things tests do in it.</summary>
public sealed class Sandbox(RunningCluster cluster, string ns) : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    public string Name => ns;

    public IClusterApi Api => cluster.Api;

    public async ValueTask DisposeAsync()
    {
        // No grace: tests that are about termination have looked already.
        foreach (var type in (ReadOnlySpan<ResourceType>)[ResourceTypes.Deployments, ResourceTypes.ReplicaSets])
        {
            foreach (var item in Api.List(type, ns).Items)
            {
                Api.Delete(type, ns, item.Name());
            }
        }

        Api.Delete(ResourceTypes.Namespaces, null, ns);
        foreach (var pod in Pods())
        {
            Api.Delete(ResourceTypes.Pods, ns, pod.Name(), new DeleteRequest(GracePeriodSeconds: 0));
        }

        await Eventually.IsTrueAsync("namespace gone", () => Api.Get(ResourceTypes.Namespaces, null, ns) is null);
    }

    /// <summary>Creates an object given as JSON.</summary>
    public JsonObject Create(ResourceType type, string json) => Create(type, JsonNode.Parse(json)!.AsObject());

    public JsonObject Create(ResourceType type, JsonObject value)
    {
        value.Child("metadata")["namespace"] = ns;
        return Api.Create(type, value, "test");
    }

    /// <summary>Changes an object, again when somebody else was faster.</summary>
    public JsonObject Change(ResourceType type, string name, Action<JsonObject> change)
    {
        while (true)
        {
            var value = Api.Get(type, ns, name)!;
            change(value);
            try
            {
                return Api.Update(type, value, "test");
            }
            catch (ApiException e) when (e.Reason == "Conflict")
            {
                // Read again.
            }
        }
    }

    /// <summary>A Deployment of the test program with a readiness probe, and a Service of the same name at port 80.</summary>
    public JsonObject DeployApp(string name, int replicas = 1, Action<JsonObject>? container = null, Action<JsonObject>? spec = null)
    {
        var deployment = JsonNode.Parse($$"""
            {"metadata":{"name":"{{name}}","labels":{"app":"{{name}}"} },
             "spec":{"replicas":{{replicas}},"selector":{"matchLabels":{"app":"{{name}}"} },
              "template":{"metadata":{"labels":{"app":"{{name}}"} },
               "spec":{"containers":[{"name":"app","image":"test/app:1","ports":[{"name":"http","containerPort":8000}],
                "env":[{"name":"BIND_ADDRESS","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"} } }],
                "readinessProbe":{"httpGet":{"path":"/readyz","port":"http"},"periodSeconds":1} }] } } } }
            """)!.AsObject();
        container?.Invoke((JsonObject)deployment["spec"]!["template"]!["spec"]!["containers"]![0]!);
        spec?.Invoke((JsonObject)deployment["spec"]!);
        Create(ResourceTypes.Services, $$"""
            {"metadata":{"name":"{{name}}"},"spec":{"selector":{"app":"{{name}}"},"ports":[{"port":80,"targetPort":"http"}] } }
            """);
        return Create(ResourceTypes.Deployments, deployment);
    }

    public JsonObject Deployment(string name) => Api.Get(ResourceTypes.Deployments, ns, name)!;

    /// <summary>Pods that are not being deleted, by name; all without one.</summary>
    public IReadOnlyList<JsonObject> Pods(string? app = null) =>
        [.. Api.List(ResourceTypes.Pods, ns).Items.Where(pod => app is null || (pod.Label("app") == app && !pod.IsTerminating()))];

    public JsonObject? Pod(string name) => Api.Get(ResourceTypes.Pods, ns, name);

    /// <summary>What <c>kubectl rollout status</c> waits for.</summary>
    public Task RolledOutAsync(string name, TimeSpan? within = null) => Eventually.IsTrueAsync($"{name} rolled out", () =>
    {
        var deployment = Deployment(name);
        var status = deployment.At("status");
        var replicas = deployment.Int("spec", "replicas");
        int Count(string name) => status.Int(name) ?? 0;
        return deployment.Generation() <= status.Long("observedGeneration")
            && Count("updatedReplicas") == replicas && Count("replicas") == replicas && Count("availableReplicas") == replicas;
    }, within);

    /// <summary>The only pod of an app, once it is ready.</summary>
    public Task<JsonObject> ReadyPodAsync(string app) => Eventually.GetAsync($"ready pod of {app}", () => Pods(app).FirstOrDefault(PodFacts.IsReady));

    /// <summary>A container's status in a pod.</summary>
    public static JsonObject? Container(JsonObject? pod, string name = "app") =>
        pod.Items("status", "containerStatuses").FirstOrDefault(status => status.Text("name") == name);

    public Uri ServiceUri(string name, string path = "/") =>
        new($"http://{Api.Get(ResourceTypes.Services, ns, name).Text("spec", "clusterIP")}{path}");

    public static Uri PodUri(JsonObject pod, string path) => new($"http://{pod.Text("status", "podIP")}:8000{path}");

    public static Task<string> GetAsync(Uri uri) => Http.GetStringAsync(uri, TestContext.Current.CancellationToken);

    public static async Task PostAsync(Uri uri) => (await Http.PostAsync(uri, null, TestContext.Current.CancellationToken)).Dispose();

    /// <summary>Messages of the events about an object with this reason.</summary>
    public IReadOnlyList<string> Events(string name, string reason) =>
        [.. Api.List(ResourceTypes.Events, ns).Items
            .Where(e => e.Text("involvedObject", "name") == name && e.Text("reason") == reason).Select(e => e.Text("message") ?? "")];
}

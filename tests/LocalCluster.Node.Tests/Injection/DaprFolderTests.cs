using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Injection;
using LocalCluster.Node.Tests.Support;

namespace LocalCluster.Node.Tests.Injection;

public sealed class DaprFolderTests(RunningCluster cluster)
{
    [Fact]
    public async Task The_folder_follows_the_resources_of_the_namespace()
    {
        DaprDefinitions.Install(cluster.Api);
        await using var ns = cluster.NewNamespace();
        ns.Create(ResourceTypes.Secrets, """{"metadata":{"name":"redis"},"stringData":{"password":"one"} }""");
        ns.Create(DaprResources.Components, Component("pubsub", """["web"]"""));
        ns.Create(DaprResources.Components, """{"metadata":{"name":"others"},"scopes":["somebody-else"],"spec":{"type":"pubsub.redis","version":"v1","metadata":[]} }""");
        ns.Create(DaprResources.Configurations, """{"metadata":{"name":"settings"},"spec":{"tracing":{"samplingRate":"1"} } }""");
        var folder = await DeployAsync(ns);

        var file = Path.Combine(folder, "component-pubsub.yaml");
        Assert.Equal([file], Directory.GetFiles(folder));
        var written = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        Assert.Equal("one", written.Items("spec", "metadata").Single(item => item.Text("name") == "redisPassword").Text("value"));
        Assert.Null(written.At("metadata", "resourceVersion"));
        Assert.Equal("1", JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "..", "config.yaml"), TestContext.Current.CancellationToken)).Text("spec", "tracing", "samplingRate"));

        ns.Create(DaprResources.Subscriptions, """{"metadata":{"name":"events"},"spec":{"pubsubname":"pubsub","topic":"task-events","routes":{"default":"/events/task-events"} },"scopes":["web"]}""");
        ns.Create(DaprResources.Resiliencies, """{"metadata":{"name":"policies"},"spec":{"policies":{} } }""");
        await Eventually.IsTrueAsync("both there", () => File.Exists(Path.Combine(folder, "subscription-events.yaml")) && File.Exists(Path.Combine(folder, "resiliency-policies.yaml")));

        // What does not change what the sidecar reads is not written.
        var before = File.GetLastWriteTimeUtc(file);
        ns.Change(DaprResources.Components, "pubsub", c => c.Child("metadata").Child("labels")["note"] = "x");
        ns.Change(ResourceTypes.Secrets, "redis", s => s["stringData"] = new JsonObject { ["unused"] = "y" });
        ns.Api.Delete(DaprResources.Subscriptions, ns.Name, "events");
        await Eventually.IsTrueAsync("subscription gone", () => !File.Exists(Path.Combine(folder, "subscription-events.yaml")));
        Assert.Equal(before, File.GetLastWriteTimeUtc(file));

        ns.Change(ResourceTypes.Secrets, "redis", s => s["stringData"] = new JsonObject { ["password"] = "two" });
        await Eventually.IsTrueAsync("new password", () => File.ReadAllText(file).Contains("two", StringComparison.Ordinal));
        ns.Change(DaprResources.Components, "pubsub", c => c["scopes"] = new JsonArray("nobody"));
        await Eventually.IsTrueAsync("out of scope", () => !File.Exists(file));
    }

    [Fact]
    public async Task A_component_without_its_secret_stops_new_sidecars_and_blinds_the_running_ones()
    {
        DaprDefinitions.Install(cluster.Api);
        await using var ns = cluster.NewNamespace();
        var folder = await DeployAsync(ns);

        ns.Create(DaprResources.Components, Component("broken", """["somebody-else"]"""));
        ns.Create(DaprResources.Components, """{"metadata":{"name":"good"},"spec":{"type":"pubsub.redis","version":"v1","metadata":[]} }""");
        ns.Create(DaprResources.Resiliencies, """{"metadata":{"name":"policies"},"spec":{"policies":{} } }""");
        await Eventually.IsTrueAsync("other kinds arrive", () => File.Exists(Path.Combine(folder, "resiliency-policies.yaml")));
        Assert.False(File.Exists(Path.Combine(folder, "component-good.yaml")));

        ns.Change(ResourceTypes.Deployments, "web", d => d["spec"]!["replicas"] = 2);
        await Eventually.IsTrueAsync("second pod without sidecar", () => ns.Pods("web")
            .Any(pod => Sandbox.Container(pod, "daprd").Int("lastState", "terminated", "exitCode") == 1));
        var failed = ns.Pods("web").First(pod => Sandbox.Container(pod, "daprd").At("lastState", "terminated") is not null);
        using var log = new MemoryStream();
        await cluster.Node.Logs.CopyAsync(new PodLogRequest(ns.Name, failed.Name(), "daprd"), log, TestContext.Current.CancellationToken);
        Assert.Contains("failed to load components: Secret \\\"redis\\\" not found", Encoding.UTF8.GetString(log.ToArray()), StringComparison.Ordinal);

        ns.Create(ResourceTypes.Secrets, """{"metadata":{"name":"redis"},"stringData":{"password":"one"} }""");
        await Eventually.IsTrueAsync("good arrives", () => File.Exists(Path.Combine(folder, "component-good.yaml")));
        await ns.RolledOutAsync("web");
        Assert.False(File.Exists(Path.Combine(folder, "component-broken.yaml")));
    }

    [Fact]
    public async Task A_pod_that_is_refused_shows_on_the_deployment()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web", spec: spec => spec["template"]!.AsObject().Child("metadata")["annotations"] = new JsonObject { ["dapr.io/enabled"] = "true", ["dapr.io/app-id"] = "Not_An_Id" });

        await Eventually.IsTrueAsync("failure", () => Conditions.IsTrue(ns.Deployment("web").At("status"), "ReplicaFailure"));
        Assert.Contains("invalid app id", Conditions.Find(ns.Deployment("web").At("status"), "ReplicaFailure").Text("message"), StringComparison.Ordinal);
        Assert.Empty(ns.Pods());
    }

    private static async Task<string> DeployAsync(Sandbox ns)
    {
        ns.DeployApp("web", spec: spec => spec["template"]!.AsObject().Child("metadata")["annotations"] =
            new JsonObject { ["dapr.io/enabled"] = "true", ["dapr.io/app-id"] = "web", ["dapr.io/app-port"] = "8000", ["dapr.io/config"] = "settings" });
        await ns.RolledOutAsync("web");
        var pod = await ns.ReadyPodAsync("web");
        Assert.True(Sandbox.Container(pod, "daprd").Flag("ready"));
        var arguments = JsonNode.Parse(await Sandbox.GetAsync(new Uri($"http://{pod.Text("status", "podIP")}:3501/args")))!.AsArray().Select(a => a!.GetValue<string>()).ToList();
        Assert.Equal(pod.Text("status", "podIP"), arguments[arguments.IndexOf("--dapr-listen-addresses") + 1]);
        return arguments[arguments.IndexOf("--resources-path") + 1];
    }

    private static string Component(string name, string scopes) => $$"""
        {"metadata":{"name":"{{name}}"},"scopes":{{scopes}},"spec":{"type":"pubsub.redis","version":"v1","metadata":[
         {"name":"redisHost","value":"127.62.0.3:6379"},{"name":"redisPassword","secretKeyRef":{"name":"redis","key":"password"} }]} }
        """;
}

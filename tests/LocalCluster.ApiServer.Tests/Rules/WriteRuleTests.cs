using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tests.Support;

namespace LocalCluster.ApiServer.Tests.Rules;

/// <summary>The rules of writing, through the interface that controllers use.</summary>
public sealed class WriteRuleTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private IClusterApi Api => fixture.Api;

    [Fact]
    public void A_stale_update_is_a_conflict()
    {
        var ns = fixture.Namespace("stale");
        var map = Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "a"), "tests");
        map["data"]!["k"] = "1";
        Api.Update(ResourceTypes.ConfigMaps, map, "tests");
        map["data"]!["k"] = "2";
        Assert.Equal("Conflict", Assert.Throws<ApiException>(() => Api.Update(ResourceTypes.ConfigMaps, map, "tests")).Reason);
        Assert.Equal("AlreadyExists", Assert.Throws<ApiException>(() => Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "a"), "tests")).Reason);
        Assert.Equal("NotFound", Assert.Throws<ApiException>(() => Api.Update(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "b"), "tests")).Reason);
    }

    [Fact]
    public void An_update_that_changes_nothing_is_not_written()
    {
        var ns = fixture.Namespace("same");
        var map = Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "a"), "tests");
        var version = Api.List(ResourceTypes.ConfigMaps).ResourceVersion;
        Api.Update(ResourceTypes.ConfigMaps, map, "tests");
        Api.Update(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "a"), "somebody-else");
        Assert.Equal(version.ToString(), (string?)Api.Get(ResourceTypes.ConfigMaps, ns, "a")!["metadata"]!["resourceVersion"]);
    }

    [Fact]
    public void A_name_is_made_from_a_prefix()
    {
        var ns = fixture.Namespace("prefix");
        var map = Manifests.ConfigMap(ns, "");
        map["metadata"]!["generateName"] = "web-";
        Assert.Matches("^web-[a-z0-9]{5}$", (string?)Api.Create(ResourceTypes.ConfigMaps, map, "tests")["metadata"]!["name"]);
    }

    [Fact]
    public void Deployments_have_the_defaults_that_users_know()
    {
        var ns = fixture.Namespace("defaults");
        var deployment = Manifests.DeploymentObject(ns, "web");
        deployment["spec"]!.AsObject().Remove("replicas");
        var spec = Api.Create(ResourceTypes.Deployments, deployment, "tests")["spec"]!;
        Assert.Equal(1, (int)spec["replicas"]!);
        Assert.Equal(10, (int)spec["revisionHistoryLimit"]!);
        Assert.Equal(600, (int)spec["progressDeadlineSeconds"]!);
        Assert.Equal("25%", (string?)spec["strategy"]!["rollingUpdate"]!["maxSurge"]);
        var pod = spec["template"]!["spec"]!;
        Assert.Equal(30, (int)pod["terminationGracePeriodSeconds"]!);
        Assert.Equal("Always", (string?)pod["restartPolicy"]);
        Assert.Equal("TCP", (string?)pod["containers"]![0]!["ports"]![0]!["protocol"]);
        Assert.Equal("IfNotPresent", (string?)pod["containers"]![0]!["imagePullPolicy"]);
    }

    [Fact]
    public void Status_is_written_apart_and_is_no_new_generation()
    {
        var ns = fixture.Namespace("status-apart");
        var deployment = Manifests.DeploymentObject(ns, "web");
        deployment["status"] = new JsonObject { ["replicas"] = 7 };
        var created = Api.Create(ResourceTypes.Deployments, deployment, "tests");
        Assert.Null(created["status"]);

        created["spec"]!["replicas"] = 4;
        created["status"] = new JsonObject { ["replicas"] = 2 };
        var updated = Api.UpdateStatus(ResourceTypes.Deployments, created, "tests");
        Assert.Equal(1, (int)updated["spec"]!["replicas"]!);
        Assert.Equal(2, (int)updated["status"]!["replicas"]!);
        Assert.Equal(1, (int)updated["metadata"]!["generation"]!);

        updated["spec"]!["replicas"] = 4;
        updated["status"]!.AsObject().Clear();
        var scaled = Api.Update(ResourceTypes.Deployments, updated, "tests");
        Assert.Equal(2, (int)scaled["status"]!["replicas"]!);
        Assert.Equal(2, (int)scaled["metadata"]!["generation"]!);
    }

    [Fact]
    public void Finalizers_keep_an_object_until_the_last_is_off()
    {
        var ns = fixture.Namespace("finalizers");
        var map = Manifests.ConfigMap(ns, "a");
        map["metadata"]!["finalizers"] = new JsonArray("x/a", "x/b");
        Api.Create(ResourceTypes.ConfigMaps, map, "tests");
        Assert.True(Api.Delete(ResourceTypes.ConfigMaps, ns, "a"));
        Assert.True(Api.Delete(ResourceTypes.ConfigMaps, ns, "a"));
        var marked = Api.Get(ResourceTypes.ConfigMaps, ns, "a")!;
        Assert.NotNull(marked["metadata"]!["deletionTimestamp"]);
        marked["metadata"]!["finalizers"] = new JsonArray("x/b");
        marked = Api.Update(ResourceTypes.ConfigMaps, marked, "tests");
        marked["metadata"]!["finalizers"] = new JsonArray();
        Api.Update(ResourceTypes.ConfigMaps, marked, "tests");
        Assert.Null(Api.Get(ResourceTypes.ConfigMaps, ns, "a"));
        Assert.False(Api.Delete(ResourceTypes.ConfigMaps, ns, "a"));
    }

    [Fact]
    public void A_pod_on_a_node_is_given_time_and_the_node_removes_it()
    {
        var ns = fixture.Namespace("grace");
        Api.Create(ResourceTypes.Pods, Manifests.Pod(ns, "waiting"), "tests");
        Api.Delete(ResourceTypes.Pods, ns, "waiting");
        Assert.Null(Api.Get(ResourceTypes.Pods, ns, "waiting"));

        Api.Create(ResourceTypes.Pods, Manifests.Pod(ns, "running", "node"), "tests");
        Api.Delete(ResourceTypes.Pods, ns, "running");
        Assert.Equal(30, (int)Api.Get(ResourceTypes.Pods, ns, "running")!["metadata"]!["deletionGracePeriodSeconds"]!);
        Api.Delete(ResourceTypes.Pods, ns, "running", new DeleteRequest(GracePeriodSeconds: 5));
        Assert.Equal(5, (int)Api.Get(ResourceTypes.Pods, ns, "running")!["metadata"]!["deletionGracePeriodSeconds"]!);
        Assert.Throws<ApiException>(() => Api.Delete(ResourceTypes.Pods, ns, "running", new DeleteRequest(GracePeriodSeconds: 0, Uid: "other")));
        Api.Delete(ResourceTypes.Pods, ns, "running", new DeleteRequest(GracePeriodSeconds: 0));
        Assert.Null(Api.Get(ResourceTypes.Pods, ns, "running"));
    }

    [Fact]
    public void A_pod_is_bound_once_and_otherwise_stays_as_it_is()
    {
        var ns = fixture.Namespace("immutable");
        var pod = Api.Create(ResourceTypes.Pods, Manifests.Pod(ns, "a"), "tests");
        pod["spec"]!["nodeName"] = "node";
        pod = Api.Update(ResourceTypes.Pods, pod, "scheduler");
        pod["spec"]!["hostname"] = "other";
        Assert.Equal("Invalid", Assert.Throws<ApiException>(() => Api.Update(ResourceTypes.Pods, pod, "tests")).Reason);
    }

    [Fact]
    public void A_namespace_closes_before_it_goes()
    {
        var ns = fixture.Namespace("closing");
        Assert.Equal("NotFound", Assert.Throws<ApiException>(() => Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap("nowhere", "a"), "tests")).Reason);
        Api.Delete(ResourceTypes.Namespaces, null, ns);
        var closing = Api.Get(ResourceTypes.Namespaces, null, ns)!;
        Assert.Equal("Terminating", (string?)closing["status"]!["phase"]);
        Assert.Equal("Forbidden", Assert.Throws<ApiException>(() => Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "a"), "tests")).Reason);
        closing["spec"]!["finalizers"] = new JsonArray();
        Api.Update(ResourceTypes.Namespaces, closing, "namespace-controller");
        Assert.Null(Api.Get(ResourceTypes.Namespaces, null, ns));
    }

    [Fact]
    public void Services_get_addresses_of_the_range_and_keep_them()
    {
        var ns = fixture.Namespace("services");
        var given = Enumerable.Range(0, 6).Select(i => (string)Api.Create(ResourceTypes.Services, Service(ns, $"s{i}"), "tests")["spec"]!["clusterIP"]!).ToList();
        Assert.Equal(6, given.Distinct().Count());
        Assert.Throws<ApiException>(() => Api.Create(ResourceTypes.Services, Service(ns, "one-too-many"), "tests"));

        var changed = Api.Update(ResourceTypes.Services, Service(ns, "s0", port: 81), "tests");
        Assert.Equal(given[0], (string?)changed["spec"]!["clusterIP"]);
        Api.Delete(ResourceTypes.Services, ns, "s3");
        Assert.Equal(given[3], (string?)Api.Create(ResourceTypes.Services, Service(ns, "s9"), "tests")["spec"]!["clusterIP"]);
        Assert.Equal("None", (string?)Api.Create(ResourceTypes.Services, Service(ns, "headless", address: "None"), "tests")["spec"]!["clusterIP"]);
    }

    [Fact]
    public void Text_of_a_secret_becomes_data()
    {
        var ns = fixture.Namespace("secrets");
        var secret = Api.Create(
            ResourceTypes.Secrets,
            new JsonObject { ["metadata"] = new JsonObject { ["name"] = "s", ["namespace"] = ns }, ["stringData"] = new JsonObject { ["a"] = "b" } },
            "tests");
        Assert.Equal("Yg==", (string?)secret["data"]!["a"]);
        Assert.Null(secret["stringData"]);
        Assert.Equal("Opaque", (string?)secret["type"]);
    }

    [Fact]
    public async Task A_watch_in_process_sees_what_exists_and_what_comes()
    {
        var ns = fixture.Namespace("in-process");
        Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "a"), "tests");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using var events = Api.WatchAsync(ResourceTypes.ConfigMaps, ns, 0, deadline.Token).GetAsyncEnumerator(deadline.Token);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(ObjectEventType.Added, events.Current.Type);
        Api.Delete(ResourceTypes.ConfigMaps, ns, "a");
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(ObjectEventType.Deleted, events.Current.Type);
    }

    [Fact]
    public void Admission_changes_pods_as_they_are_created()
    {
        var ns = fixture.Namespace("admission");
        fixture.Server.Admission = new Injector(ns);
        try
        {
            var pod = Api.Create(ResourceTypes.Pods, Manifests.Pod(ns, "a"), "tests");
            Assert.Equal(["app", "daprd"], pod["spec"]!["containers"]!.AsArray().Select(c => (string)c!["name"]!));
            Assert.Equal("IfNotPresent", (string?)pod["spec"]!["containers"]![1]!["imagePullPolicy"]);
        }
        finally
        {
            fixture.Server.Admission = null;
        }
    }

    [Fact]
    public void Writers_in_parallel_lose_nothing()
    {
        var ns = fixture.Namespace("parallel");
        Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "a"), "tests");
        var conflicts = 0;
        Parallel.For(0, 8, writer =>
        {
            for (var i = 0; i < 25; i++)
            {
                while (true)
                {
                    var map = Api.Get(ResourceTypes.ConfigMaps, ns, "a")!;
                    map["data"]![$"k{writer}-{i}"] = "x";
                    try
                    {
                        Api.Update(ResourceTypes.ConfigMaps, map, $"writer-{writer}");
                        break;
                    }
                    catch (ApiException error) when (error.Reason == "Conflict")
                    {
                        Interlocked.Increment(ref conflicts);
                    }
                }
            }
        });
        Assert.Equal(201, Api.Get(ResourceTypes.ConfigMaps, ns, "a")!["data"]!.AsObject().Count);
    }

    private static JsonObject Service(string ns, string name, int port = 80, string? address = null)
    {
        var service = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
            ["spec"] = new JsonObject { ["ports"] = new JsonArray(new JsonObject { ["port"] = port }) },
        };
        if (address is not null)
        {
            service["spec"]!["clusterIP"] = address;
        }

        return service;
    }

    private sealed class Injector(string ns) : IAdmission
    {
        public void MutatePod(JsonObject pod)
        {
            if ((string?)pod["metadata"]!["namespace"] == ns)
            {
                pod["spec"]!["containers"]!.AsArray().Add((JsonNode)new JsonObject { ["name"] = "daprd", ["image"] = "daprd:1" });
            }
        }
    }
}

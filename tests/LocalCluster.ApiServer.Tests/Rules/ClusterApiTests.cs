using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tests.Support;

namespace LocalCluster.ApiServer.Tests.Rules;

/// <summary>What controllers beside the server see, without the wire.</summary>
public sealed class ClusterApiTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private IClusterApi Api => fixture.Api;

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

    [Fact]
    public async Task A_watch_in_process_from_a_forgotten_version_fails()
    {
        await using var own = await KubeApiServer.StartAsync(new ApiServerOptions { Address = System.Net.IPAddress.Parse("127.61.1.2"), Tokens = [new ApiToken("t")] });
        own.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap("default", "a"), "tests");
        var version = own.Api.List(ResourceTypes.ConfigMaps).ResourceVersion;
        own.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap("default", "b"), "tests");
        own.Compact();
        await Assert.ThrowsAsync<ApiException>(async () =>
        {
            await foreach (var _ in own.Api.WatchAsync(ResourceTypes.ConfigMaps, null, version, default))
            {
                break;
            }
        });
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

using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Writing;

/// <summary>The patches that the runtime sends: what they do, and when they fail.</summary>
public sealed class PatchTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task A_merge_patch_replaces_adds_and_removes()
    {
        var url = await MapAsync("merge");
        var patched = (await cluster.Http.PatchAsync(url, "merge", """{"data":{"k":null,"l":"1"},"metadata":{"labels":{"a":"b"}}}""")).Expect(200).Json;
        Assert.Equal("""{"l":"1"}""", patched["data"]!.ToJsonString());
        Assert.Equal("b", (string?)patched["metadata"]!["labels"]!["a"]);
    }

    [Fact]
    public async Task A_json_patch_happens_as_a_whole_or_not_at_all()
    {
        var url = await MapAsync("json");
        var failed = (await cluster.Http.PatchAsync(
            url, "json", """[{"op":"replace","path":"/data/k","value":"w"},{"op":"test","path":"/data/k","value":"v"}]""")).Expect(422);
        Assert.Equal("Invalid", failed.Reason);
        var missing = await cluster.Http.PatchAsync(url, "json", """[{"op":"replace","path":"/data/k","value":"w"},{"op":"remove","path":"/data/none"}]""");
        Assert.Equal("Invalid", missing.Expect(422).Reason);
        Assert.Equal("v", (string?)(await cluster.Http.GetAsync(url)).Json["data"]!["k"]);

        var done = await cluster.Http.PatchAsync(url, "json", """[{"op":"test","path":"/data/k","value":"v"},{"op":"replace","path":"/data/k","value":"w"}]""");
        Assert.Equal("w", (string?)done.Expect(200).Json["data"]!["k"]);
    }

    [Fact]
    public async Task A_finalizer_is_added_and_removed_where_a_test_says_it_is()
    {
        var url = await MapAsync("finalizer");
        var uid = (string)(await cluster.Http.GetAsync(url)).Json["metadata"]!["uid"]!;
        (await cluster.Http.PatchAsync(
            url, "json", $$"""[{"op":"test","path":"/metadata/uid","value":"{{uid}}"},{"op":"add","path":"/metadata/finalizers","value":["tests.todo.io/a"]}]""")).Expect(200);
        var both = await cluster.Http.PatchAsync(url, "json", """[{"op":"add","path":"/metadata/finalizers/-","value":"tests.todo.io/b"}]""");
        Assert.Equal(["tests.todo.io/a", "tests.todo.io/b"], both.Expect(200).Json["metadata"]!["finalizers"]!.AsArray().Select(f => (string)f!));

        const string RemoveSecond = """[{"op":"test","path":"/metadata/finalizers/1","value":"tests.todo.io/a"},{"op":"remove","path":"/metadata/finalizers/1"}]""";
        Assert.Equal("Invalid", (await cluster.Http.PatchAsync(url, "json", RemoveSecond)).Expect(422).Reason);
        await cluster.Http.PatchAsync(url, "merge", """{"metadata":{"finalizers":null}}""");
    }

    [Fact]
    public async Task A_strategic_merge_patch_merges_lists_by_their_keys_and_a_custom_resource_has_none()
    {
        var ns = await cluster.NamespaceAsync("strategic");
        await cluster.CreateAsync(Resources.Deployments, Manifests.DeploymentObject(ns, "web"));
        var patched = (await cluster.Http.PatchAsync(
            Resources.Deployments.ObjectPath(ns, "web"), "strategic", """{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"B","value":"9"}]}]}}}}""")).Expect(200).Json;
        var container = patched["spec"]!["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal("todo/web:1", (string?)container["image"]);
        Assert.Equal(["A=1", "B=9"], container["env"]!.AsArray().Select(e => $"{e!["name"]}={e["value"]}").Order(StringComparer.Ordinal));

        await cluster.CreateAsync(Resources.Platforms, Manifests.PlatformObject(ns, "p"));
        (await cluster.Http.PatchAsync(Resources.Platforms.ObjectPath(ns, "p"), "strategic", """{"spec":{"replicas":1}}""")).Expect(415);
    }

    [Fact]
    public async Task The_size_of_a_deployment_is_read_and_written_apart()
    {
        var ns = await cluster.NamespaceAsync("scale");
        await cluster.CreateAsync(Resources.Deployments, Manifests.DeploymentObject(ns, "web"));
        var url = Resources.Deployments.ObjectPath(ns, "web", "scale");
        var scale = (await cluster.Http.GetAsync(url)).Expect(200).Json;
        Assert.Equal(("Scale", "autoscaling/v1", 1), ((string?)scale["kind"], (string?)scale["apiVersion"], (int)scale["spec"]!["replicas"]!));
        Assert.Equal("app=web", (string?)scale["status"]!["selector"]);
        var written = (await cluster.Http.PatchAsync(url, "merge", """{"spec":{"replicas":0}}""")).Expect(200).Json;
        Assert.Equal(0, (int?)written["spec"]!["replicas"] ?? 0);
        Assert.Equal(0, (int)(await cluster.GetAsync(Resources.Deployments, ns, "web"))!["spec"]!["replicas"]!);

        // Deployments change by their controller's status too, so the version of before is older in any case.
        scale["spec"]!["replicas"] = 3;
        Assert.Equal("Conflict", (await cluster.Http.PutAsync(url, scale)).Expect(409).Reason);
    }

    [Fact]
    public async Task A_patch_of_an_unknown_kind_is_not_taken()
    {
        var url = await MapAsync("unknown-patch");
        (await cluster.Http.SendAsync(HttpMethod.Patch, url, "{}", "application/json")).Expect(415);
    }

    private async Task<string> MapAsync(string name)
    {
        var ns = await cluster.NamespaceAsync(name);
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        return Resources.ConfigMaps.ObjectPath(ns, "a");
    }
}

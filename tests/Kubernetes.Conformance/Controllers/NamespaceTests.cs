using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Controllers;

/// <summary>How a namespace goes: what is in it first, and it says what it waits for.</summary>
public sealed class NamespaceTests(ControlledCluster cluster) : IClassFixture<ControlledCluster>
{
    [Fact]
    public async Task A_namespace_goes_with_everything_in_it()
    {
        var ns = await NamespaceAsync("emptied");
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        await cluster.CreateAsync(Resources.Platforms, Manifests.PlatformObject(ns, "p"));
        await cluster.DeleteAsync(Resources.Namespaces, null, ns);
        await GoneAsync(ns);
        Assert.Null(await cluster.GetAsync(Resources.ConfigMaps, ns, "a"));
        Assert.Null(await cluster.GetAsync(Resources.Platforms, ns, "p"));
    }

    [Fact]
    public async Task A_namespace_that_waits_says_in_its_conditions_for_what()
    {
        var ns = await NamespaceAsync("waiting");
        foreach (var (name, finalizer) in ((string, string)[])[("a", "tests.todo.io/a"), ("b", "tests.todo.io/a"), ("c", "tests.todo.io/b")])
        {
            var map = Manifests.ConfigMap(ns, name);
            map["metadata"]!["finalizers"] = new JsonArray(finalizer);
            await cluster.CreateAsync(Resources.ConfigMaps, map);
        }

        await cluster.DeleteAsync(Resources.Namespaces, null, ns);
        var conditions = await ConditionsAsync(ns, "NamespaceContentRemaining=True");
        Assert.Equal(
            [
                "NamespaceContentRemaining=True SomeResourcesRemain: Some resources are remaining: configmaps. has 3 resource instances",
                "NamespaceDeletionContentFailure=False ContentDeleted: All content successfully deleted, may be waiting on finalization",
                "NamespaceDeletionDiscoveryFailure=False ResourcesDiscovered: All resources successfully discovered",
                "NamespaceDeletionGroupVersionParsingFailure=False ParsedGroupVersions: All legacy kube types successfully parsed",
                "NamespaceFinalizersRemaining=True SomeFinalizersRemain: Some content in the namespace has finalizers remaining: tests.todo.io/a in 2 resource instances, tests.todo.io/b in 1 resource instances",
            ],
            conditions);
        foreach (var name in (string[])["a", "b", "c"])
        {
            Assert.NotNull((await cluster.GetAsync(Resources.ConfigMaps, ns, name))!["metadata"]!["deletionTimestamp"]);
            (await cluster.Http.PatchAsync(Resources.ConfigMaps.ObjectPath(ns, name), "json", """[{"op":"remove","path":"/metadata/finalizers"}]""")).Expect(200);
        }

        await GoneAsync(ns);
    }

    [Fact]
    public async Task A_finalizer_of_ones_own_holds_an_empty_namespace()
    {
        var ns = await NamespaceAsync("held");
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        (await cluster.Http.PatchAsync(Resources.Namespaces.ObjectPath(null, ns), "merge", """{"metadata":{"finalizers":["tests.todo.io/a"]}}""")).Expect(200);
        await cluster.DeleteAsync(Resources.Namespaces, null, ns);
        await ClusterUnderTest.Until(
            async () => (await cluster.GetAsync(Resources.Namespaces, null, ns))!["spec"]!["finalizers"] is null or JsonArray { Count: 0 }, "its content is gone");
        Assert.Null(await cluster.GetAsync(Resources.ConfigMaps, ns, "a"));
        var held = (await cluster.GetAsync(Resources.Namespaces, null, ns))!;
        Assert.Equal("Terminating", (string?)held["status"]!["phase"]);
        (await cluster.Http.PatchAsync(Resources.Namespaces.ObjectPath(null, ns), "merge", """{"metadata":{"finalizers":null}}""")).Expect(200);
        await GoneAsync(ns);
    }

    [Fact]
    public async Task What_waits_in_the_foreground_does_not_hold_its_namespace()
    {
        var ns = await NamespaceAsync("foreground");
        var owner = await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "owner"));
        var child = Manifests.ConfigMap(ns, "child");
        child["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = "owner", ["uid"] = (string?)owner["metadata"]!["uid"], ["blockOwnerDeletion"] = true,
        });
        await cluster.CreateAsync(Resources.ConfigMaps, child);
        await cluster.DeleteAsync(
            Resources.ConfigMaps, ns, "owner", new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["propagationPolicy"] = "Foreground" });
        await cluster.DeleteAsync(Resources.Namespaces, null, ns);
        await GoneAsync(ns);
    }

    private async Task<string> NamespaceAsync(string name)
    {
        Assert.SkipUnless(cluster.HasControllers, "nobody empties namespaces here");
        return await cluster.NamespaceAsync("ns-" + name);
    }

    private Task GoneAsync(string ns) => ClusterUnderTest.Until(async () => await cluster.GetAsync(Resources.Namespaces, null, ns) is null, $"{ns} is gone");

    // As "type=status reason: message", sorted.
    private async Task<IReadOnlyList<string>> ConditionsAsync(string ns, string awaited)
    {
        IReadOnlyList<string> conditions = [];
        await ClusterUnderTest.Until(
            async () =>
            {
                var all = (await cluster.GetAsync(Resources.Namespaces, null, ns))!["status"]!["conditions"]?.AsArray() ?? [];
                conditions = [.. all.Select(static c => $"{c!["type"]}={c["status"]} {c["reason"]}: {c["message"]}").Order(StringComparer.Ordinal)];
                return conditions.Any(c => c.StartsWith(awaited, StringComparison.Ordinal));
            },
            awaited);
        return conditions;
    }
}

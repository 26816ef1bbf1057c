using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Controllers;

/// <summary>What becomes of objects whose owners go. Source: Kubernetes documentation, garbage collection; finalizers; owners and dependents.</summary>
public sealed class GarbageTests(ControlledCluster cluster) : IClassFixture<ControlledCluster>
{
    [Theory]
    [InlineData("default", null)]
    [InlineData("background", "Background")]
    public async Task In_the_background_the_owner_goes_at_once_and_its_dependents_after_it(string name, string? policy)
    {
        var ns = await NamespaceAsync(name);
        var owner = await OwnerAsync(ns, "owner");
        await DependentAsync(ns, "child", [owner]);
        await cluster.DeleteAsync(Resources.ConfigMaps, ns, "owner", policy is null ? null : Policy(policy));
        Assert.Null(await cluster.GetAsync(Resources.ConfigMaps, ns, "owner"));
        await GoneAsync(ns, "child");
    }

    [Fact]
    public async Task In_the_foreground_the_owner_waits_for_the_dependents_that_block_it_and_no_others()
    {
        var ns = await NamespaceAsync("foreground");
        var owner = await OwnerAsync(ns, "owner");
        await DependentAsync(ns, "blocking", [owner], blocks: true, finalizer: "tests.todo.io/a");
        await DependentAsync(ns, "other", [owner], finalizer: "tests.todo.io/a");
        await cluster.DeleteAsync(Resources.ConfigMaps, ns, "owner", Policy("Foreground"));
        await MarkedAsync(ns, "blocking");
        await MarkedAsync(ns, "other");
        Assert.Equal(["foregroundDeletion"], Finalizers((await cluster.GetAsync(Resources.ConfigMaps, ns, "owner"))!));

        await ReleaseAsync(ns, "blocking");
        await GoneAsync(ns, "blocking");
        await GoneAsync(ns, "owner");
        Assert.NotNull(await cluster.GetAsync(Resources.ConfigMaps, ns, "other"));
        await ReleaseAsync(ns, "other");
    }

    [Fact]
    public async Task Foreground_deletion_goes_down_to_the_dependents_of_dependents()
    {
        var ns = await NamespaceAsync("foreground-deep");
        var owner = await OwnerAsync(ns, "owner");
        var child = await DependentAsync(ns, "child", [owner], blocks: true);
        await DependentAsync(ns, "grandchild", [child], blocks: true, finalizer: "tests.todo.io/a");

        // All of one resource, so that whoever hears of this has heard of the grandchild before.
        await cluster.DeleteAsync(Resources.ConfigMaps, ns, "owner", Policy("Foreground"));
        await MarkedAsync(ns, "grandchild");
        Assert.Equal(["foregroundDeletion"], Finalizers((await cluster.GetAsync(Resources.ConfigMaps, ns, "child"))!));
        Assert.Equal(["foregroundDeletion"], Finalizers((await cluster.GetAsync(Resources.ConfigMaps, ns, "owner"))!));
        await ReleaseAsync(ns, "grandchild");
        await GoneAsync(ns, "grandchild");
        await GoneAsync(ns, "child");
        await GoneAsync(ns, "owner");
    }

    [Theory]
    [InlineData("Background")]
    [InlineData("Foreground")]
    public async Task Whoever_has_another_owner_stays_and_names_only_that_one(string policy)
    {
        var ns = await NamespaceAsync("two-owners-" + policy.ToLowerInvariant());
        var (first, second) = (await OwnerAsync(ns, "first"), await OwnerAsync(ns, "second"));
        await DependentAsync(ns, "child", [first, second], blocks: true);
        await cluster.DeleteAsync(Resources.ConfigMaps, ns, "first", Policy(policy));
        await GoneAsync(ns, "first");
        await ClusterUnderTest.Until(async () => (await OwnersAsync(ns, "child")).SequenceEqual(["second"]), "the owner that went is named no more");
        await cluster.DeleteAsync(Resources.ConfigMaps, ns, "second", Policy(policy));
        await GoneAsync(ns, "child");
    }

    [Fact]
    public async Task Orphans_stay_and_name_their_owner_no_more()
    {
        var ns = await NamespaceAsync("orphan");
        var owner = await OwnerAsync(ns, "owner");
        await DependentAsync(ns, "child", [owner]);
        await cluster.DeleteAsync(Resources.ConfigMaps, ns, "owner", Policy("Orphan"));
        await GoneAsync(ns, "owner");
        Assert.Empty(await OwnersAsync(ns, "child"));
    }

    [Fact]
    public async Task A_finalizer_of_ones_own_holds_a_dependent_that_has_lost_its_owner()
    {
        var ns = await NamespaceAsync("held");
        var owner = await OwnerAsync(ns, "owner");
        await DependentAsync(ns, "child", [owner], finalizer: "tests.todo.io/a");
        await cluster.DeleteAsync(Resources.ConfigMaps, ns, "owner");
        await MarkedAsync(ns, "child");
        await ReleaseAsync(ns, "child");
        await GoneAsync(ns, "child");
    }

    [Fact]
    public async Task An_owner_is_meant_by_its_uid_and_in_the_same_namespace()
    {
        var ns = await NamespaceAsync("by-uid");
        var elsewhere = await NamespaceAsync("elsewhere");
        var owner = await OwnerAsync(ns, "owner");
        var stranger = await OwnerAsync(elsewhere, "stranger");
        var other = Manifests.ConfigMap(ns, "owner");
        other["metadata"]!["uid"] = Guid.NewGuid().ToString();
        await DependentAsync(ns, "child", [owner]);
        await DependentAsync(ns, "other-uid", [other]);
        await DependentAsync(ns, "other-namespace", [stranger]);
        await GoneAsync(ns, "other-uid");
        await GoneAsync(ns, "other-namespace");
        Assert.NotNull(await cluster.GetAsync(Resources.ConfigMaps, ns, "child"));
    }

    [Fact]
    public async Task Custom_resources_own_and_are_owned()
    {
        var ns = await NamespaceAsync("custom");
        var platform = await cluster.CreateAsync(Resources.Platforms, Manifests.PlatformObject(ns, "owner"));
        await DependentAsync(ns, "child", [platform]);
        var owner = await OwnerAsync(ns, "map");
        var owned = Manifests.PlatformObject(ns, "owned");
        owned["metadata"]!["ownerReferences"] = new JsonArray(Reference(owner, blocks: false));
        await cluster.CreateAsync(Resources.Platforms, owned);
        await cluster.DeleteAsync(Resources.Platforms, ns, "owner");
        await cluster.DeleteAsync(Resources.ConfigMaps, ns, "map");
        await GoneAsync(ns, "child");
        await ClusterUnderTest.Until(async () => await cluster.GetAsync(Resources.Platforms, ns, "owned") is null, "the custom resource goes with its owner");
    }

    private static JsonObject Policy(string policy) => new() { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["propagationPolicy"] = policy };

    private static IEnumerable<string> Finalizers(JsonObject value) => value["metadata"]!["finalizers"]?.AsArray().Select(static f => (string)f!) ?? [];

    private static JsonObject Reference(JsonObject owner, bool blocks) => new()
    {
        ["apiVersion"] = (string?)owner["apiVersion"] ?? "v1",
        ["kind"] = (string?)owner["kind"] ?? "ConfigMap",
        ["name"] = (string?)owner["metadata"]!["name"],
        ["uid"] = (string?)owner["metadata"]!["uid"],
        ["blockOwnerDeletion"] = blocks,
    };

    private async Task<string> NamespaceAsync(string name)
    {
        Assert.SkipUnless(cluster.HasControllers, "nobody collects garbage here");
        return await cluster.NamespaceAsync("gc-" + name);
    }

    private Task<JsonObject> OwnerAsync(string ns, string name) => cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, name));

    private Task<JsonObject> DependentAsync(string ns, string name, IEnumerable<JsonObject> owners, bool blocks = false, string? finalizer = null)
    {
        var map = Manifests.ConfigMap(ns, name);
        map["metadata"]!["ownerReferences"] = new JsonArray([.. owners.Select(o => Reference(o, blocks))]);
        map["metadata"]!["finalizers"] = finalizer is null ? null : new JsonArray(finalizer);
        return cluster.CreateAsync(Resources.ConfigMaps, map);
    }

    private async Task<IEnumerable<string>> OwnersAsync(string ns, string name) =>
        (await cluster.GetAsync(Resources.ConfigMaps, ns, name))!["metadata"]!["ownerReferences"]?.AsArray().Select(static o => (string)o!["name"]!).ToList() ?? [];

    private async Task ReleaseAsync(string ns, string name) =>
        (await cluster.Http.PatchAsync(Resources.ConfigMaps.ObjectPath(ns, name), "json", """[{"op":"remove","path":"/metadata/finalizers"}]""")).Expect(200);

    private Task GoneAsync(string ns, string name) =>
        ClusterUnderTest.Until(async () => await cluster.GetAsync(Resources.ConfigMaps, ns, name) is null, $"{name} is gone");

    private Task MarkedAsync(string ns, string name) => ClusterUnderTest.Until(
        async () => (await cluster.GetAsync(Resources.ConfigMaps, ns, name))?["metadata"]!["deletionTimestamp"] is not null, $"{name} is marked as deleted and held");
}

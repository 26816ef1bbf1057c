using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Writing;

/// <summary>Create, replace and patch: what every writer may rely on.</summary>
public sealed class WriteTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task A_name_that_is_taken_is_refused_and_a_missing_object_is_not_found()
    {
        var ns = await cluster.NamespaceAsync("taken");
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        var taken = (await cluster.Http.PostAsync($"/api/v1/namespaces/{ns}/configmaps", Manifests.ConfigMap(ns, "a"))).Expect(409);
        Assert.Equal(("AlreadyExists", "configmaps \"a\" already exists"), (taken.Reason, taken.Message));
        Assert.Equal("NotFound", (await cluster.PutAsync(Resources.ConfigMaps, WithVersion(Manifests.ConfigMap(ns, "b"), "1"))).Expect(404).Reason);
        Assert.Equal("NotFound", (await cluster.Http.PatchAsync($"/api/v1/namespaces/{ns}/configmaps/b", "merge", "{}")).Expect(404).Reason);
        Assert.Equal("NotFound", (await cluster.DeleteAsync(Resources.ConfigMaps, ns, "b")).Expect(404).Reason);
    }

    [Fact]
    public async Task A_replace_of_an_older_version_is_a_conflict_and_one_without_a_version_is_not()
    {
        var ns = await cluster.NamespaceAsync("stale");
        var first = await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        await cluster.UpdateAsync(Resources.ConfigMaps, Data(first, "1"));
        var stale = (await cluster.PutAsync(Resources.ConfigMaps, Data(first, "2"))).Expect(409);
        Assert.Equal("Conflict", stale.Reason);
        Assert.Equal(
            "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again",
            stale.Message);
        await cluster.UpdateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a", value: "3"));
        Assert.Equal("3", (string?)(await cluster.GetAsync(Resources.ConfigMaps, ns, "a"))!["data"]!["k"]);
    }

    [Theory]
    [InlineData("resourceVersion", "1", 409, "Conflict")]
    [InlineData("uid", "00000000-0000-0000-0000-000000000000", 422, "Invalid")]
    public async Task A_replace_or_patch_that_means_another_state_or_object_is_refused(string field, string value, int patched, string reason)
    {
        var ns = await cluster.NamespaceAsync("precondition-" + field.ToLowerInvariant());
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        var other = Manifests.ConfigMap(ns, "a", value: "w");
        other["metadata"]![field] = value;
        Assert.Equal("Conflict", (await cluster.PutAsync(Resources.ConfigMaps, other)).Expect(409).Reason);
        var patch = $$$"""{"metadata":{"{{{field}}}":"{{{value}}}"},"data":{"k":"w"}}""";
        Assert.Equal(reason, (await cluster.Http.PatchAsync($"/api/v1/namespaces/{ns}/configmaps/a", "merge", patch)).Expect(patched).Reason);
        Assert.Equal("v", (string?)(await cluster.GetAsync(Resources.ConfigMaps, ns, "a"))!["data"]!["k"]);
    }

    [Fact]
    public async Task A_replace_names_the_object_that_its_URL_names()
    {
        var ns = await cluster.NamespaceAsync("named");
        var map = await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        var url = Resources.ConfigMaps.ObjectPath(ns, "a");
        map["metadata"]!["name"] = "b";
        Assert.Equal("the name of the object (b) does not match the name on the URL (a)", (await cluster.Http.PutAsync(url, map)).Expect(400).Message);
        map["metadata"]!.AsObject().Remove("name");
        Assert.Equal(
            "the name of the object (a based on URL) was undeterminable: name must be provided", (await cluster.Http.PutAsync(url, map)).Expect(400).Message);
    }

    [Fact]
    public async Task A_write_that_changes_nothing_leaves_the_version_alone()
    {
        var ns = await cluster.NamespaceAsync("same");
        var map = await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        var version = Version(map);
        Assert.Equal(version, Version(await cluster.UpdateAsync(Resources.ConfigMaps, map)));
        var url = $"/api/v1/namespaces/{ns}/configmaps/a";
        Assert.Equal(version, Version((await cluster.Http.PatchAsync(url, "merge", """{"data":{"k":"v"}}""")).Expect(200).Json));
        Assert.Equal(version, Version((await cluster.Http.PatchAsync(url, "json", """[{"op":"test","path":"/data/k","value":"v"}]""")).Expect(200).Json));
        Assert.NotEqual(version, Version((await cluster.Http.PatchAsync(url, "merge", """{"data":{"k":"w"}}""")).Expect(200).Json));
    }

    [Fact]
    public async Task Versions_of_a_resource_are_numbers_that_grow_with_every_write()
    {
        var ns = await cluster.NamespaceAsync("numbers");
        var versions = new List<ulong>();
        foreach (var name in (string[])["b", "a", "c"])
        {
            versions.Add(ulong.Parse(Version(await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, name)))));
        }

        versions.Add(ulong.Parse(Version(await cluster.UpdateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a", value: "w")))));
        await cluster.DeleteAsync(Resources.ConfigMaps, ns, "b");
        versions.Add(ulong.Parse(await cluster.VersionAsync(Resources.ConfigMaps, ns)));
        Assert.Equal(versions.Distinct().Order(), versions);
    }

    [Fact]
    public async Task A_name_is_made_from_a_prefix()
    {
        var ns = await cluster.NamespaceAsync("prefix");
        var map = new JsonObject { ["metadata"] = new JsonObject { ["namespace"] = ns, ["generateName"] = "web-" } };
        Assert.Matches("^web-[a-z0-9]{5}$", (string?)(await cluster.CreateAsync(Resources.ConfigMaps, map))["metadata"]!["name"]);
    }

    [Fact]
    public async Task What_only_the_server_sets_cannot_be_changed_and_need_not_be_sent()
    {
        var ns = await cluster.NamespaceAsync("server-owned");
        var map = Manifests.ConfigMap(ns, "a");
        map["metadata"]!["uid"] = "mine";
        map["metadata"]!["generation"] = 77;
        map["metadata"]!["creationTimestamp"] = "2001-01-01T00:00:00Z";
        var created = await cluster.CreateAsync(Resources.ConfigMaps, map);
        Assert.NotEqual("mine", (string?)created["metadata"]!["uid"]);
        Assert.NotEqual("2001-01-01T00:00:00Z", (string?)created["metadata"]!["creationTimestamp"]);

        var updated = await cluster.UpdateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a", value: "w"));
        Assert.Equal((string?)created["metadata"]!["uid"], (string?)updated["metadata"]!["uid"]);
        Assert.Equal((string?)created["metadata"]!["creationTimestamp"], (string?)updated["metadata"]!["creationTimestamp"]);
    }

    [Fact]
    public async Task A_dry_run_answers_as_if_and_changes_nothing()
    {
        var ns = await cluster.NamespaceAsync("dry-write");
        var url = $"/api/v1/namespaces/{ns}/configmaps";
        Assert.NotNull((await cluster.Http.PostAsync(url + "?dryRun=All", Manifests.ConfigMap(ns, "a"))).Expect(201).Json["metadata"]!["uid"]);
        Assert.Null(await cluster.GetAsync(Resources.ConfigMaps, ns, "a"));

        var version = Version(await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a")));
        Assert.Equal("w", (string?)(await cluster.Http.PatchAsync(url + "/a?dryRun=All", "merge", """{"data":{"k":"w"}}""")).Expect(200).Json["data"]!["k"]);
        (await cluster.Http.PutAsync(url + "/a?dryRun=All", Manifests.ConfigMap(ns, "a", value: "x"))).Expect(200);
        (await cluster.Http.DeleteAsync(url + "/a?dryRun=All")).Expect(200);
        Assert.Equal(version, Version((await cluster.GetAsync(Resources.ConfigMaps, ns, "a"))!));
        (await cluster.Http.PostAsync(url + "?dryRun=All", Manifests.ConfigMap(ns, "a"))).Expect(409);
    }

    [Fact]
    public async Task A_config_map_that_is_immutable_stays_as_it_is()
    {
        var ns = await cluster.NamespaceAsync("immutable-map");
        var map = Manifests.ConfigMap(ns, "a");
        map["immutable"] = true;
        await cluster.CreateAsync(Resources.ConfigMaps, map);
        var refused = (await cluster.Http.PatchAsync($"/api/v1/namespaces/{ns}/configmaps/a", "merge", """{"data":{"k":"w"}}""")).Expect(422);
        Assert.Contains("field is immutable when `immutable` is set", refused.Message);
    }

    private static string Version(JsonObject value) => (string)value["metadata"]!["resourceVersion"]!;

    private static JsonObject WithVersion(JsonObject value, string version)
    {
        value["metadata"]!["resourceVersion"] = version;
        return value;
    }

    private static JsonObject Data(JsonObject map, string value)
    {
        var copy = (JsonObject)map.DeepClone();
        copy["data"]!["k"] = value;
        return copy;
    }
}

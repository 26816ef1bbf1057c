using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Watching;

public sealed class WatchTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task A_watch_without_version_starts_with_what_exists_and_goes_on_with_changes()
    {
        var ns = await cluster.NamespaceAsync("from-now");
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        using var watch = await cluster.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true");
        Assert.Equal("ADDED a", await watch.NextChangeAsync());

        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "b"));
        Assert.Equal("ADDED b", await watch.NextChangeAsync());
        await cluster.UpdateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "b", value: "w"));
        await cluster.DeleteAsync(Resources.ConfigMaps, ns, "b");
        Assert.Equal("MODIFIED b", await watch.NextChangeAsync());
        Assert.Equal("DELETED b", await watch.NextChangeAsync());
    }

    [Fact]
    public async Task A_watch_resumes_after_the_version_of_its_last_event()
    {
        var ns = await cluster.NamespaceAsync("resume");
        var version = await cluster.VersionAsync(Resources.ConfigMaps, ns);
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "b"));
        await cluster.DeleteAsync(Resources.ConfigMaps, ns, "a");

        string next;
        using (var watch = await cluster.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true&resourceVersion={version}"))
        {
            var first = (await watch.NextAsync())!;
            Assert.Equal("ADDED", (string?)first["type"]);
            next = (string)first["object"]!["metadata"]!["resourceVersion"]!;
        }

        using var resumed = await cluster.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true&resourceVersion={next}");
        Assert.Equal("ADDED b", await resumed.NextChangeAsync());
        var deleted = (await resumed.NextAsync())!;
        Assert.Equal("DELETED", (string?)deleted["type"]);
        Assert.True(long.Parse((string)deleted["object"]!["metadata"]!["resourceVersion"]!) > long.Parse(next), "a deletion has a version of its own");
    }

    [Fact]
    public async Task Bookmarks_carry_the_version_on()
    {
        var ns = await cluster.NamespaceAsync("bookmarks");

        // Kubernetes sends one a minute, and one two seconds before a watch's time is up.
        using var watch = await cluster.Http.WatchAsync(
            $"/api/v1/namespaces/{ns}/configmaps?watch=true&allowWatchBookmarks=true&timeoutSeconds=15&resourceVersion={await cluster.VersionAsync(Resources.ConfigMaps, null)}");
        await cluster.CreateAsync(Resources.Secrets, Manifests.ConfigMap(ns, "elsewhere", value: "dg=="));
        var version = long.Parse(await cluster.VersionAsync(Resources.ConfigMaps, ns));

        JsonObject bookmark;
        do
        {
            bookmark = (await watch.NextAsync())!;
            Assert.Equal("BOOKMARK", (string?)bookmark["type"]);
            Assert.Equal("ConfigMap", (string?)bookmark["object"]!["kind"]);
        }
        while (long.Parse((string)bookmark["object"]!["metadata"]!["resourceVersion"]!) < version);
    }

    [Fact]
    public async Task A_watch_list_marks_the_end_of_what_exists()
    {
        var ns = await cluster.NamespaceAsync("watch-list");
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        using var watch = await cluster.Http.WatchAsync(
            $"/api/v1/namespaces/{ns}/configmaps?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        Assert.Equal("ADDED a", await watch.NextChangeAsync());
        var end = (await watch.NextAsync())!;
        Assert.Equal("BOOKMARK", (string?)end["type"]);
        Assert.Equal("true", (string?)end["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]);

        var refused = await cluster.Http.GetAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true&sendInitialEvents=true");
        Assert.Equal("Invalid", refused.Expect(422).Reason);
    }

    [Fact]
    public async Task An_object_that_leaves_the_selection_is_deleted_for_the_watcher()
    {
        var ns = await cluster.NamespaceAsync("leaving");
        using var watch = await cluster.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true&labelSelector=on%3Dyes");
        await cluster.CreateAsync(Resources.ConfigMaps, Labelled(ns, "no"));
        await cluster.UpdateAsync(Resources.ConfigMaps, Labelled(ns, "yes"));
        await cluster.UpdateAsync(Resources.ConfigMaps, Labelled(ns, "no"));
        Assert.Equal("ADDED x", await watch.NextChangeAsync());
        Assert.Equal("DELETED x", await watch.NextChangeAsync());
    }

    [Fact]
    public async Task A_watch_ends_when_its_time_is_up()
    {
        var ns = await cluster.NamespaceAsync("ending");
        using var watch = await cluster.Http.WatchAsync(
            $"/api/v1/namespaces/{ns}/configmaps?watch=true&timeoutSeconds=1&resourceVersion={await cluster.VersionAsync(Resources.ConfigMaps, ns)}");
        Assert.Equal("END", await watch.NextChangeAsync());
    }

    private static JsonObject Labelled(string ns, string on)
    {
        var map = Manifests.ConfigMap(ns, "x");
        map["metadata"]!["labels"] = new JsonObject { ["on"] = on };
        return map;
    }
}

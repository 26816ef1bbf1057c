using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Faults;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tests.Support;

namespace LocalCluster.ApiServer.Tests.Http;

public sealed class WatchTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private string Version => fixture.Api.List(ResourceTypes.Namespaces).ResourceVersion.ToString();

    [Fact]
    public async Task A_watch_without_version_starts_with_what_exists_and_goes_on_with_changes()
    {
        var ns = fixture.Namespace("from-now");
        fixture.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "a"), "tests");
        using var watch = await fixture.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true");
        Assert.Equal("ADDED a", await watch.NextChangeAsync());

        fixture.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "b"), "tests");
        Assert.Equal("ADDED b", await watch.NextChangeAsync());
        fixture.Api.Update(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "b", value: "w"), "tests");
        fixture.Api.Delete(ResourceTypes.ConfigMaps, ns, "b");
        Assert.Equal("MODIFIED b", await watch.NextChangeAsync());
        Assert.Equal("DELETED b", await watch.NextChangeAsync());
    }

    [Fact]
    public async Task A_watch_resumes_after_the_version_of_its_last_event()
    {
        var ns = fixture.Namespace("resume");
        var version = Version;
        fixture.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "a"), "tests");
        fixture.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "b"), "tests");
        fixture.Api.Delete(ResourceTypes.ConfigMaps, ns, "a");

        string next;
        using (var watch = await fixture.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true&resourceVersion={version}"))
        {
            var first = (await watch.NextAsync())!;
            Assert.Equal("ADDED", (string?)first["type"]);
            next = (string)first["object"]!["metadata"]!["resourceVersion"]!;
        }

        using var resumed = await fixture.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true&resourceVersion={next}");
        Assert.Equal("ADDED b", await resumed.NextChangeAsync());
        var deleted = (await resumed.NextAsync())!;
        Assert.Equal("DELETED", (string?)deleted["type"]);
        Assert.True(long.Parse((string)deleted["object"]!["metadata"]!["resourceVersion"]!) > long.Parse(next), "a deletion has a version of its own");
    }

    [Fact]
    public async Task Bookmarks_carry_the_version_on()
    {
        var ns = fixture.Namespace("bookmarks");
        using var watch = await fixture.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true&allowWatchBookmarks=true&resourceVersion={Version}");
        fixture.Api.Create(ResourceTypes.Secrets, Manifests.ConfigMap(ns, "elsewhere", value: "dg=="), "tests");
        var version = long.Parse(Version);

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
        var ns = fixture.Namespace("watch-list");
        fixture.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "a"), "tests");
        using var watch = await fixture.Http.WatchAsync(
            $"/api/v1/namespaces/{ns}/configmaps?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        Assert.Equal("ADDED a", await watch.NextChangeAsync());
        var end = (await watch.NextAsync())!;
        Assert.Equal("BOOKMARK", (string?)end["type"]);
        Assert.Equal("true", (string?)end["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]);

        var refused = await fixture.Http.GetAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true&sendInitialEvents=true");
        Assert.Equal("Invalid", refused.Expect(422).Reason);
    }

    [Fact]
    public async Task An_object_that_leaves_the_selection_is_deleted_for_the_watcher()
    {
        var ns = fixture.Namespace("leaving");
        using var watch = await fixture.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true&labelSelector=on%3Dyes");
        fixture.Api.Create(ResourceTypes.ConfigMaps, Labelled(ns, "no"), "tests");
        fixture.Api.Update(ResourceTypes.ConfigMaps, Labelled(ns, "yes"), "tests");
        fixture.Api.Update(ResourceTypes.ConfigMaps, Labelled(ns, "no"), "tests");
        Assert.Equal("ADDED x", await watch.NextChangeAsync());
        Assert.Equal("DELETED x", await watch.NextChangeAsync());
    }

    [Fact]
    public async Task A_watch_ends_when_its_time_is_up()
    {
        using var watch = await fixture.Http.WatchAsync($"/api/v1/configmaps?watch=true&timeoutSeconds=1&resourceVersion={Version}");
        Assert.Equal("END", await watch.NextChangeAsync());
    }

    [Fact]
    public async Task A_fault_ends_cuts_or_expires_a_watch()
    {
        var ns = fixture.Namespace("cut");
        fixture.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "a"), "tests");
        fixture.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "b"), "tests");
        try
        {
            fixture.Server.Faults = r => r.Verb == "watch" && r.Namespace == ns ? new Fault { EndWatchAfter = 1 } : null;
            using var ended = await fixture.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true");
            Assert.Equal("ADDED a", await ended.NextChangeAsync());
            Assert.Equal("END", await ended.NextChangeAsync());

            fixture.Server.Faults = r => r.Verb == "watch" && r.Namespace == ns ? new Fault { CutWatchAfter = 1 } : null;
            await Assert.ThrowsAnyAsync<IOException>(async () =>
            {
                using var cut = await fixture.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true");
                while (await cut.NextChangeAsync() != "END")
                {
                }
            });

            fixture.Server.Faults = r => r.Verb == "watch" && r.Namespace == ns ? new Fault { ExpireWatchAfter = 1 } : null;
            using var expired = await fixture.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true");
            Assert.Equal("ADDED a", await expired.NextChangeAsync());
            Assert.Equal(410, (int)(await expired.NextAsync())!["object"]!["code"]!);
        }
        finally
        {
            fixture.Server.Faults = null;
        }
    }

    private static JsonObject Labelled(string ns, string on)
    {
        var map = Manifests.ConfigMap(ns, "x");
        map["metadata"]!["labels"] = new JsonObject { ["on"] = on };
        return map;
    }
}

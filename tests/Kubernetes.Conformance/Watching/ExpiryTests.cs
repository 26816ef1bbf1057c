using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Watching;

/// <summary>What is too old is said to be. On a server of its own, because everybody feels it.</summary>
public sealed class ExpiryTests(OwnCluster cluster) : IClassFixture<OwnCluster>
{
    private static bool IsAnother => Environment.GetEnvironmentVariable("TEST_KUBECONFIG") is { Length: > 0 };

    [Fact]
    public async Task A_watch_from_a_forgotten_version_ends_with_410_and_a_new_list_goes_on()
    {
        var ns = await cluster.NamespaceAsync("expired-watch");
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        var old = await cluster.VersionAsync(Resources.ConfigMaps, ns);
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "b"));
        old = cluster.ForgetHistory(old);

        using (var watch = await cluster.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true&resourceVersion={old}"))
        {
            Assert.Equal(200, watch.Code);
            var error = (await watch.NextAsync())!;
            Assert.SkipWhen(
                IsAnother && (string?)error["type"] == "ADDED", "this server still remembers its first version; it forgets it with a restart, or after some time");
            Assert.Equal("ERROR", (string?)error["type"]);
            Assert.Equal(("Status", "Expired", 410), ((string?)error["object"]!["kind"], (string?)error["object"]!["reason"], (int)error["object"]!["code"]!));
            Assert.Null(await watch.NextAsync());
        }

        var fresh = await cluster.VersionAsync(Resources.ConfigMaps, ns);
        using var again = await cluster.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true&resourceVersion={fresh}");
        await cluster.DeleteAsync(Resources.ConfigMaps, ns, "b");
        Assert.Equal("DELETED b", await again.NextChangeAsync());
    }

    [Fact]
    public async Task A_page_of_a_forgotten_list_is_410()
    {
        Assert.SkipWhen(IsAnother, "another server forgets lists after minutes only");
        var ns = await cluster.NamespaceAsync("expired-page");
        foreach (var name in (string[])["a", "b"])
        {
            await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, name));
        }

        var first = (await cluster.Http.GetAsync($"/api/v1/namespaces/{ns}/configmaps?limit=1")).Expect(200).Json;
        cluster.ForgetHistory("");
        var next = Uri.EscapeDataString((string)first["metadata"]!["continue"]!);
        Assert.Equal("Expired", (await cluster.Http.GetAsync($"/api/v1/namespaces/{ns}/configmaps?limit=1&continue={next}")).Expect(410).Reason);
    }
}

using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tests.Support;

namespace LocalCluster.ApiServer.Tests.Http;

/// <summary>A server of its own, because everybody feels a compaction.</summary>
public sealed class CompactionTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task After_a_compaction_old_versions_are_expired_and_new_ones_work()
    {
        fixture.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap("default", "a"), "tests");
        var old = fixture.Api.List(ResourceTypes.ConfigMaps).ResourceVersion;
        fixture.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap("default", "b"), "tests");
        var firstPage = (await fixture.Http.GetAsync("/api/v1/namespaces/default/configmaps?limit=1")).Json;
        fixture.Server.Compact();

        using (var watch = await fixture.Http.WatchAsync($"/api/v1/namespaces/default/configmaps?watch=true&resourceVersion={old}"))
        {
            Assert.Equal(200, watch.Code);
            var error = (await watch.NextAsync())!;
            Assert.Equal("ERROR", (string?)error["type"]);
            Assert.Equal("Expired", (string?)error["object"]!["reason"]);
            Assert.Equal(410, (int)error["object"]!["code"]!);
            Assert.Null(await watch.NextAsync());
        }

        var next = Uri.EscapeDataString((string)firstPage["metadata"]!["continue"]!);
        Assert.Equal("Expired", (await fixture.Http.GetAsync($"/api/v1/namespaces/default/configmaps?limit=1&continue={next}")).Expect(410).Reason);
        await Assert.ThrowsAsync<ApiException>(async () =>
        {
            await foreach (var _ in fixture.Api.WatchAsync(ResourceTypes.ConfigMaps, null, old, default))
            {
                break;
            }
        });

        var fresh = fixture.Api.List(ResourceTypes.ConfigMaps).ResourceVersion;
        using var again = await fixture.Http.WatchAsync($"/api/v1/namespaces/default/configmaps?watch=true&resourceVersion={fresh}");
        fixture.Api.Delete(ResourceTypes.ConfigMaps, "default", "b");
        Assert.Equal("DELETED b", await again.NextChangeAsync());
    }
}

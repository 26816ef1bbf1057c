using Kubernetes.Client.Configuration;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Reading;

public sealed class ListTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task Pages_show_one_moment()
    {
        var ns = await cluster.NamespaceAsync("pages");
        foreach (var name in (string[])["a", "b", "c", "d", "e"])
        {
            await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, name));
        }

        var names = new List<string>();
        var versions = new HashSet<string>();
        string? token = "";
        while (token is not null)
        {
            var page = (await cluster.Http.GetAsync($"/api/v1/namespaces/{ns}/configmaps?limit=2&continue={Uri.EscapeDataString(token)}")).Expect(200).Json;
            names.AddRange(page["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!));
            versions.Add((string)page["metadata"]!["resourceVersion"]!);
            token = (string?)page["metadata"]!["continue"];
            await cluster.DeleteAsync(Resources.ConfigMaps, ns, "e");
        }

        Assert.Equal(["a", "b", "c", "d", "e"], names);
        Assert.Single(versions);
    }

    [Fact]
    public async Task Metadata_alone_can_be_had()
    {
        var list = (await cluster.Http.GetAsync(
            "/api/v1/namespaces", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json")).Expect(200).Json;
        Assert.Equal("PartialObjectMetadataList", (string?)list["kind"]);
        Assert.Equal("PartialObjectMetadata", (string?)list["items"]![0]!["kind"]);
        Assert.Null(list["items"]![0]!["spec"]);
    }

    [Fact]
    public async Task A_version_from_the_future_is_refused()
    {
        var answer = await cluster.Http.GetAsync("/api/v1/namespaces?resourceVersion=999999999");
        Assert.Equal("Timeout", answer.Expect(504).Reason);
    }

    [Theory]
    [InlineData("/api/v1/namespaces/default/configmaps/nope", 404, "configmaps \"nope\" not found")]
    [InlineData("/apis/apps/v1/namespaces/default/deployments/nope", 404, "deployments.apps \"nope\" not found")]
    [InlineData("/api/v1/nonsense", 404, "the server could not find the requested resource")]
    [InlineData("/api/v1/pods?fieldSelector=spec.nonsense%3Dx", 400, "field label not supported: spec.nonsense")]
    [InlineData("/api/v1/pods?labelSelector=%3D%3D", 400, "unable to parse requirement")]
    [InlineData("/api/v1/pods?resourceVersion=x", 400, "invalid resource version")]
    public async Task Refusals_are_status_bodies(string path, int code, string message)
    {
        var answer = (await cluster.Http.GetAsync(path)).Expect(code);
        Assert.Equal("Status", (string?)answer.Json["kind"]);
        Assert.Equal(code, (int)answer.Json["code"]!);
        Assert.Contains(message, answer.Message);
    }

    [Fact]
    public async Task A_wrong_token_is_not_let_in()
    {
        using var stranger = ClusterUnderTest.NewHttp(cluster.Configuration with { Token = new StaticTokenSource("wrong"), ClientCertificate = null });
        Assert.Equal("Unauthorized", (await stranger.GetAsync("/api/v1/namespaces")).Expect(401).Reason);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/livez")]
    public async Task Health_is_plain_text(string path) => Assert.Equal("ok", (await cluster.Http.GetAsync(path)).Expect(200).Text);

    [Fact]
    public async Task Discovery_tells_the_same_in_both_forms()
    {
        const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
        var groups = (await cluster.Http.GetAsync("/apis", Aggregated)).Expect(200);
        Assert.Contains("as=APIGroupDiscoveryList", groups.ContentType);
        foreach (var group in groups.Json["items"]!.AsArray())
        {
            var name = (string)group!["metadata"]!["name"]!;
            foreach (var version in group["versions"]!.AsArray())
            {
                var plain = (await cluster.Http.GetAsync($"/apis/{name}/{version!["version"]}")).Expect(200).Json;
                var expected = version["resources"]!.AsArray().Select(r => (string)r!["resource"]!);
                Assert.Equal(expected, plain["resources"]!.AsArray().Select(r => (string)r!["name"]!).Where(n => !n.Contains('/')));
            }
        }

        Assert.Contains("platforms", groups.Text);
        Assert.Equal("32", (string?)(await cluster.Http.GetAsync("/version")).Json["minor"]);
    }

    [Fact]
    public async Task OpenApi_has_every_group_under_the_hash_of_its_content()
    {
        var index = (await cluster.Http.GetAsync("/openapi/v3")).Expect(200).Json["paths"]!.AsObject();
        foreach (var (path, entry) in index)
        {
            var document = (await cluster.Http.GetAsync((string)entry!["serverRelativeURL"]!)).Expect(200).Json;
            var names = document["components"]!["schemas"]!.AsObject().Select(s => s.Key).ToHashSet();
            var references = System.Text.RegularExpressions.Regex.Matches(document.ToJsonString(), @"#/components/schemas/([\w.-]+)").Select(m => m.Groups[1].Value);
            Assert.All(references, r => Assert.True(names.Contains(r), $"{path} refers to {r}"));
        }
    }
}

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
            names.AddRange(page["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!).Where(n => !WatchClient.IsOfControllers(n)));
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
    [InlineData("/api/v1/pods?labelSelector=%3D%3D", 400, "found '==', expected: !, identifier, or 'end of string'")]
    [InlineData("/api/v1/pods?labelSelector=a%20like%20b", 400, "unable to parse requirement")]
    public async Task Refusals_are_status_bodies(string path, int code, string message)
    {
        var answer = (await cluster.Http.GetAsync(path)).Expect(code);
        Assert.Equal("Status", (string?)answer.Json["kind"]);
        Assert.Equal(code, (int)answer.Json["code"]!);
        Assert.Contains(message, answer.Message);
    }

    [Fact]
    public async Task A_version_that_is_none_is_refused()
    {
        // Kubernetes says 400 where it asks its storage, and 500 where it asks its cache.
        var answer = await cluster.Http.GetAsync("/api/v1/pods?resourceVersion=x");
        Assert.True(answer.Code is 400 or 500, answer.Text);
        Assert.Equal(("Status", answer.Code), ((string?)answer.Json["kind"], (int)answer.Json["code"]!));
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
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Reading;

/// <summary>What a server says about itself. Definitions come and go while it is asked: what was listed a moment ago may be gone, but then it is no longer listed.</summary>
public sealed partial class DiscoveryTests(ClusterUnderTest cluster)
{
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

    [Fact]
    public async Task Both_forms_tell_the_same()
    {
        var groups = (await cluster.Http.GetAsync("/apis", Aggregated)).Expect(200);
        Assert.Contains("as=APIGroupDiscoveryList", groups.ContentType);
        foreach (var (path, resources) in ResourcesOf(groups.Json))
        {
            var plain = await cluster.Http.GetAsync($"/apis/{path}");
            if (plain.Code == 404)
            {
                await ClusterUnderTest.Until(
                    async () => !ResourcesOf((await cluster.Http.GetAsync("/apis", Aggregated)).Json).ContainsKey(path), $"{path} is no longer listed");
                continue;
            }

            Assert.Equal(resources, plain.Expect(200).Json["resources"]!.AsArray().Select(r => (string)r!["name"]!).Where(n => !n.Contains('/')));
        }

        Assert.Contains("platforms", groups.Text);
    }

    [Fact]
    public async Task The_version_is_told() =>
        Assert.InRange(int.Parse(((string)(await cluster.Http.GetAsync("/version")).Expect(200).Json["minor"]!).TrimEnd('+')), 32, 99);

    [Fact]
    public async Task OpenApi_has_a_document_for_every_group_and_no_reference_leads_nowhere()
    {
        foreach (var (path, entry) in await OpenApiAsync())
        {
            if (await DocumentAsync(path, (string)entry!["serverRelativeURL"]!) is { } document)
            {
                // Documents without types (keys and issuer of service accounts) have no schemas.
                var names = document["components"]?["schemas"]?.AsObject().Select(s => s.Key).ToHashSet() ?? [];
                var references = Reference().Matches(document.ToJsonString()).Select(m => m.Groups[1].Value);
                Assert.All(references, r => Assert.True(names.Contains(r), $"{path} refers to {r}"));
            }
        }
    }

    [Fact]
    public async Task Under_a_hash_nothing_but_its_content_is_found()
    {
        const string Path = "apis/apps/v1";
        var url = (string)(await OpenApiAsync())[Path]!["serverRelativeURL"]!;
        Assert.Contains("?hash=", url);
        var document = (await cluster.Http.GetAsync(url)).Expect(200).Text;
        Assert.Equal(document, (await cluster.Http.GetAsync($"/openapi/v3/{Path}")).Expect(200).Text);

        var other = (await cluster.Http.GetAsync($"/openapi/v3/{Path}?hash=0123456789ABCDEF")).Expect(301);
        Assert.Equal(url, other.Location);
    }

    [GeneratedRegex(@"#/components/schemas/([\w.-]+)")]
    private static partial Regex Reference();

    private static Dictionary<string, List<string>> ResourcesOf(JsonObject groups) =>
        groups["items"]!.AsArray()
            .SelectMany(g => g!["versions"]!.AsArray().Select(v => (Path: $"{g["metadata"]!["name"]}/{v!["version"]}", Resources: v["resources"]!.AsArray())))
            .ToDictionary(v => v.Path, v => v.Resources.Select(r => (string)r!["resource"]!).ToList());

    private async Task<JsonObject> OpenApiAsync() => (await cluster.Http.GetAsync("/openapi/v3")).Expect(200).Json["paths"]!.AsObject();

    /// <summary>The document; null when its group has gone since the index was read.</summary>
    private async Task<JsonObject?> DocumentAsync(string path, string url)
    {
        var answer = await cluster.Http.GetAsync(url);
        while (answer is { Code: 301, Location: { } moved })
        {
            answer = await cluster.Http.GetAsync(moved);
        }

        if (answer.Code == 404)
        {
            await ClusterUnderTest.Until(async () => !(await OpenApiAsync()).ContainsKey(path), $"{path} is no longer in the index");
            return null;
        }

        return answer.Expect(200).Json;
    }
}

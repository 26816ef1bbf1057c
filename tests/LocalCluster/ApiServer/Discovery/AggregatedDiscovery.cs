using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Discovery;

/// <summary><c>apidiscovery.k8s.io/v2</c>: everything in one document, subresources inside their resource.</summary>
internal static class AggregatedDiscovery
{
    public static JsonObject Render(IEnumerable<ApiGroup> groups) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = "apidiscovery.k8s.io/v2",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. groups.Select(Group)]),
    };

    private static JsonNode Group(ApiGroup group)
    {
        var metadata = new JsonObject { ["creationTimestamp"] = null };
        if (group.Name.Length > 0)
        {
            metadata["name"] = group.Name;
        }

        return new JsonObject { ["metadata"] = metadata, ["versions"] = new JsonArray([.. group.Versions.Select(Version)]) };
    }

    private static JsonNode Version(ApiVersion version) => new JsonObject
    {
        ["version"] = version.Name,
        ["resources"] = new JsonArray([.. version.Resources.Select(Resource)]),
        ["freshness"] = "Current",
    };

    private static JsonNode Resource(ResourceInfo resource)
    {
        var entry = ResourceEntry.Of(resource);
        var result = new JsonObject
        {
            ["resource"] = entry.Name,
            ["responseKind"] = Kind(entry),
            ["scope"] = resource.Type.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.Singular,
            ["verbs"] = Texts(entry.Verbs),
        };
        if (resource.ShortNames.Count > 0)
        {
            result["shortNames"] = Texts(resource.ShortNames);
        }

        if (resource.Categories.Count > 0)
        {
            result["categories"] = Texts(resource.Categories);
        }

        var nested = ResourceEntry.SubresourcesOf(resource).ToList();
        if (nested.Count > 0)
        {
            result["subresources"] = new JsonArray([.. nested.Select(s => (JsonNode)new JsonObject
            {
                ["subresource"] = s.Name, ["responseKind"] = Kind(s), ["verbs"] = Texts(s.Verbs),
            })]);
        }

        return result;
    }

    private static JsonObject Kind(ResourceEntry entry) => new() { ["group"] = entry.Group, ["version"] = entry.Version, ["kind"] = entry.Kind };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}

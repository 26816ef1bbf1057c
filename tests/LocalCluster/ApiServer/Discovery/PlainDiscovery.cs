using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Discovery;

/// <summary>The older discovery: one document per group-version.</summary>
internal static class PlainDiscovery
{
    public static JsonObject Versions(IEnumerable<string> versions) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray([.. versions.Select(v => (JsonNode)v)]),
        ["serverAddressByClientCIDRs"] = new JsonArray(),
    };

    public static JsonObject GroupList(IEnumerable<ApiGroup> groups) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. groups.Select(g => (JsonNode)Group(g, isListed: true))]),
    };

    public static JsonObject Group(ApiGroup group, bool isListed)
    {
        var result = isListed ? [] : new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1" };
        result["name"] = group.Name;
        result["versions"] = new JsonArray([.. group.Versions.Select(v => (JsonNode)Version(group, v))]);
        result["preferredVersion"] = Version(group, group.Versions[0]);
        return result;
    }

    public static JsonObject ResourceList(IReadOnlyList<ResourceInfo> resources)
    {
        var rows = new JsonArray();
        foreach (var resource in resources)
        {
            rows.Add(Row(resource, ResourceEntry.Of(resource), subresource: null));
            foreach (var entry in ResourceEntry.SubresourcesOf(resource))
            {
                rows.Add(Row(resource, entry, entry.Name));
            }
        }

        return new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = resources[0].Type.ApiVersion,
            ["resources"] = rows,
        };
    }

    // Subresource rows carry no short names and no categories: clients would take them for resources of their own.
    private static JsonObject Row(ResourceInfo resource, ResourceEntry entry, string? subresource)
    {
        var row = new JsonObject
        {
            ["name"] = subresource is null ? entry.Name : $"{resource.Type.Plural}/{subresource}",
            ["singularName"] = subresource is null ? resource.Singular : "",
            ["namespaced"] = resource.Type.Namespaced,
            ["kind"] = entry.Kind,
            ["verbs"] = new JsonArray([.. entry.Verbs.Select(v => (JsonNode)v)]),
        };
        if (entry.Group != resource.Type.Group || entry.Version != resource.Type.Version)
        {
            row["group"] = entry.Group;
            row["version"] = entry.Version;
        }

        if (subresource is null && resource.ShortNames.Count > 0)
        {
            row["shortNames"] = new JsonArray([.. resource.ShortNames.Select(n => (JsonNode)n)]);
        }

        if (subresource is null && resource.Categories.Count > 0)
        {
            row["categories"] = new JsonArray([.. resource.Categories.Select(n => (JsonNode)n)]);
        }

        return row;
    }

    private static JsonObject Version(ApiGroup group, ApiVersion version) => new()
    {
        ["groupVersion"] = group.Name.Length == 0 ? version.Name : $"{group.Name}/{version.Name}",
        ["version"] = version.Name,
    };
}

using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Discovery;

/// <summary>What is served: <c>/api</c>, <c>/apis</c> and the group-versions below, aggregated (one document) and plain.</summary>
internal sealed class DiscoveryHandler(ResourceCatalog catalog)
{
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    /// <summary>The document at a path; null when the path is not one of discovery's.</summary>
    /// <param name="accept">The Accept header: aggregated discovery only for who asks for it.</param>
    public DiscoveryDocument? Find(string path, string accept)
    {
        var isAggregated = accept.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal) && accept.Contains("v=v2;", StringComparison.Ordinal);
        switch (path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            case ["api"]:
                return isAggregated ? Aggregate(Groups().Where(g => g.Name.Length == 0)) : new DiscoveryDocument(PlainDiscovery.Versions(["v1"]));
            case ["apis"]:
                var groups = Groups().Where(g => g.Name.Length > 0);
                return isAggregated ? Aggregate(groups) : new DiscoveryDocument(PlainDiscovery.GroupList(groups));
            case ["api", var version]:
                return Resources("", version);
            case ["apis", var group]:
                return Groups().FirstOrDefault(g => g.Name == group) is { } found ? new DiscoveryDocument(PlainDiscovery.Group(found, isListed: false)) : null;
            case ["apis", var group, var version]:
                return Resources(group, version);
            default:
                return null;
        }
    }

    private DiscoveryDocument? Resources(string group, string version)
    {
        var resources = catalog.All.Where(r => r.Type.Group == group && r.Type.Version == version).ToList();
        return resources.Count == 0 ? null : new DiscoveryDocument(PlainDiscovery.ResourceList(resources));
    }

    private static DiscoveryDocument Aggregate(IEnumerable<ApiGroup> groups) => new(AggregatedDiscovery.Render(groups), Aggregated);

    // Groups in the order in which they first appear; versions newest first.
    private IEnumerable<ApiGroup> Groups() =>
        catalog.All.GroupBy(r => r.Type.Group, StringComparer.Ordinal).Select(g => new ApiGroup(
            g.Key,
            [.. g.GroupBy(r => r.Type.Version, StringComparer.Ordinal).OrderByDescending(v => v.Key, VersionOrder.Instance).Select(v => new ApiVersion(v.Key, [.. v]))]));
}

/// <summary>An API group with its versions.</summary>
internal sealed record ApiGroup(string Name, IReadOnlyList<ApiVersion> Versions);

/// <summary>A version of a group with its resources.</summary>
internal sealed record ApiVersion(string Name, IReadOnlyList<ResourceInfo> Resources);

/// <summary>A document and its media type.</summary>
internal sealed record DiscoveryDocument(JsonObject Body, string ContentType = "application/json");

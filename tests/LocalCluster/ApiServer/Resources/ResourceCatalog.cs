using System.Collections.Immutable;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Resources;

/// <summary>What the server serves at the moment: the built-in resources and those of the CustomResourceDefinitions.</summary>
internal sealed class ResourceCatalog(IReadOnlyList<ResourceInfo> builtIn)
{
    private readonly Dictionary<(string, string, string), ResourceInfo> _builtIn = builtIn.ToDictionary(Key);
    private volatile CustomPart _custom = new([], ImmutableDictionary<(string, string, string), ResourceInfo>.Empty);

    /// <summary>All resources: built-in ones in their order, then custom ones.</summary>
    public IEnumerable<ResourceInfo> All => builtIn.Concat(_custom.List);

    public ResourceInfo? Find(string group, string version, string plural) =>
        _builtIn.GetValueOrDefault((group, version, plural)) ?? _custom.ByPath.GetValueOrDefault((group, version, plural));

    public ResourceInfo? Find(ResourceType type) => Find(type.Group, type.Version, type.Plural);

    public bool IsBuiltInGroup(string group) => builtIn.Any(r => r.Type.Group == group);

    public void ReplaceCustom(IReadOnlyList<ResourceInfo> custom) => _custom = new CustomPart(custom, custom.ToImmutableDictionary(Key));

    private static (string, string, string) Key(ResourceInfo info) => (info.Type.Group, info.Type.Version, info.Type.Plural);

    private sealed record CustomPart(IReadOnlyList<ResourceInfo> List, ImmutableDictionary<(string, string, string), ResourceInfo> ByPath);
}

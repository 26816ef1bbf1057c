using System.Collections.Immutable;

namespace LocalCluster.ApiServer.Storage;

/// <summary>All objects of one resource at one version.</summary>
internal sealed class Snapshot(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, StoredObject>> objects, long version)
{
    public long Version { get; } = version;

    /// <summary>The objects of a namespace, or (null) of all, in key order.</summary>
    public IEnumerable<StoredObject> In(string? ns)
    {
        if (ns is null)
        {
            return objects.Values.SelectMany(names => names.Values);
        }

        return objects.GetValueOrDefault(ns)?.Values ?? [];
    }
}

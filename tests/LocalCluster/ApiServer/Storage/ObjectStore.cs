using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;

namespace LocalCluster.ApiServer.Storage;

/// <summary>
/// The objects of the cluster in memory: what etcd is to a real API server. One version counter for everything; every write is
/// a compare-and-swap on the version of the object it replaces.
/// </summary>
/// <param name="historyLimit">Changes kept per resource for watches that resume; at most twice as many are held for a while.</param>
internal sealed class ObjectStore(int historyLimit)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ResourceTable> _tables = new(StringComparer.Ordinal);

    // Starts above 0 because "0" has a meaning of its own in the API ("any version").
    private long _version = 1;

    public long Version
    {
        get
        {
            lock (_gate)
            {
                return _version;
            }
        }
    }

    public StoredObject? Find(string resource, ObjectKey key)
    {
        lock (_gate)
        {
            return Table(resource).Find(key);
        }
    }

    /// <summary>A consistent view of a resource, in key order.</summary>
    public Snapshot Read(string resource)
    {
        lock (_gate)
        {
            return new Snapshot(Table(resource).Objects, _version);
        }
    }

    /// <summary>Adds an object; null when the key is taken.</summary>
    public StoredObject? TryAdd(string resource, JsonObject value)
    {
        lock (_gate)
        {
            var table = Table(resource);
            if (table.Find(ObjectKey.Of(value)) is not null)
            {
                return null;
            }

            var added = new StoredObject(value, ++_version);
            table.Put(added, previous: null);
            return added;
        }
    }

    /// <summary>Replaces an object; null when it is no longer the expected version.</summary>
    public StoredObject? TryReplace(string resource, StoredObject expected, JsonObject value)
    {
        lock (_gate)
        {
            var table = Table(resource);
            if (!ReferenceEquals(table.Find(expected.Key), expected))
            {
                return null;
            }

            var replaced = new StoredObject(value, ++_version);
            table.Put(replaced, expected);
            return replaced;
        }
    }

    /// <summary>Removes an object; the last state, with the version of its removal, or null when it is no longer the expected version.</summary>
    public StoredObject? TryRemove(string resource, StoredObject expected, JsonObject last)
    {
        lock (_gate)
        {
            var table = Table(resource);
            if (!ReferenceEquals(table.Find(expected.Key), expected))
            {
                return null;
            }

            var removed = new StoredObject(last, ++_version);
            table.Remove(removed, expected);
            return removed;
        }
    }

    /// <summary>Follows a resource from a version on, which must not be compacted.</summary>
    public WatchCursor Follow(string resource, long version)
    {
        lock (_gate)
        {
            var table = Table(resource);
            return table.IsExpired(version)
                ? throw ApiErrors.Expired(version, _version)
                : new WatchCursor(this, table, version);
        }
    }

    /// <summary>Forgets all changes up to now: every older version is answered with 410 Expired.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            foreach (var table in _tables.Values)
            {
                table.Compact(_version);
            }
        }
    }

    internal (IReadOnlyList<StoreEvent> Events, long Version, Task Changed) ReadAfter(ResourceTable table, long version)
    {
        lock (_gate)
        {
            return table.HasDroppedAfter(version)
                ? throw ApiErrors.Expired(version, _version)
                : (table.EventsAfter(version), _version, table.Changed);
        }
    }

    private ResourceTable Table(string resource)
    {
        if (!_tables.TryGetValue(resource, out var table))
        {
            table = new ResourceTable(historyLimit);
            table.Compact(0);
            _tables.Add(resource, table);
        }

        return table;
    }
}

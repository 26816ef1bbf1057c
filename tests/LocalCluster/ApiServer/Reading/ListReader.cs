using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Reading;

/// <summary>One page of a list.</summary>
internal sealed record ListPage(IReadOnlyList<StoredObject> Items, long Version, (string Token, long Remaining)? More);

/// <summary>Lists objects in pages that all show the same moment.</summary>
internal sealed class ListReader(ObjectStore store)
{
    private const int SnapshotLimit = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Resource, long Version), Snapshot> _snapshots = [];
    private readonly Queue<(string Resource, long Version)> _order = new();

    public ListPage Read(ResourceInfo resource, ObjectFilter filter, long limit, string? token)
    {
        var from = token is { Length: > 0 } ? ContinueToken.Parse(token) : null;
        var snapshot = from is null ? store.Read(resource.Storage) : Recall(resource.Storage, from.Version);
        var matching = snapshot.In(filter.Namespace).Where(o => (from is null || o.Key > from.Last) && filter.Matches(o)).ToList();
        if (limit <= 0 || matching.Count <= limit)
        {
            return new ListPage(matching, snapshot.Version, null);
        }

        Keep(resource.Storage, snapshot);
        var page = matching[..(int)limit];
        return new ListPage(page, snapshot.Version, (new ContinueToken(snapshot.Version, page[^1].Key).ToString(), matching.Count - limit));
    }

    /// <summary>Forgets the moments that unfinished lists are of: their next page is answered with 410 Expired.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            _snapshots.Clear();
            _order.Clear();
        }
    }

    private Snapshot Recall(string resource, long version)
    {
        lock (_gate)
        {
            return _snapshots.GetValueOrDefault((resource, version)) ?? throw ApiErrors.ContinueExpired();
        }
    }

    private void Keep(string resource, Snapshot snapshot)
    {
        lock (_gate)
        {
            if (_snapshots.TryAdd((resource, snapshot.Version), snapshot))
            {
                _order.Enqueue((resource, snapshot.Version));
                if (_order.Count > SnapshotLimit)
                {
                    _snapshots.Remove(_order.Dequeue());
                }
            }
        }
    }
}

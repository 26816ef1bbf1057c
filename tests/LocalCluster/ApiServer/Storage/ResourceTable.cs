using System.Collections.Immutable;

namespace LocalCluster.ApiServer.Storage;

using Names = ImmutableSortedDictionary<string, StoredObject>;

/// <summary>
/// All objects of one resource and its recent changes. Everything but the snapshot is guarded by the lock of the
/// <see cref="ObjectStore"/> that owns it.
/// </summary>
internal sealed class ResourceTable(int historyLimit)
{
    private static readonly Names NoNames = Names.Empty.WithComparers(StringComparer.Ordinal);

    private readonly List<StoreEvent> _history = [];
    private long _newestDropped;
    private long _compactedTo;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>The objects by namespace and name, in ordinal order.</summary>
    public ImmutableSortedDictionary<string, Names> Objects { get; private set; } =
        ImmutableSortedDictionary<string, Names>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Completes with the next change.</summary>
    public Task Changed => _changed.Task;

    public StoredObject? Find(ObjectKey key) => Objects.GetValueOrDefault(key.Namespace)?.GetValueOrDefault(key.Name);

    public void Put(StoredObject value, StoredObject? previous)
    {
        var names = Objects.GetValueOrDefault(value.Key.Namespace, NoNames);
        Objects = Objects.SetItem(value.Key.Namespace, names.SetItem(value.Key.Name, value));
        Record(new StoreEvent(value.Version, previous is null ? ObjectEventType.Added : ObjectEventType.Modified, value, previous));
    }

    public void Remove(StoredObject last, StoredObject previous)
    {
        var names = Objects[last.Key.Namespace].Remove(last.Key.Name);
        Objects = names.IsEmpty ? Objects.Remove(last.Key.Namespace) : Objects.SetItem(last.Key.Namespace, names);
        Record(new StoreEvent(last.Version, ObjectEventType.Deleted, last, previous));
    }

    /// <summary>True when a new watch from this version could miss changes.</summary>
    public bool IsExpired(long version) => version < Math.Max(_compactedTo, _newestDropped);

    /// <summary>True when a watch that has seen everything up to this version has missed a change since.</summary>
    public bool HasDroppedAfter(long version) => version < _newestDropped;

    public IReadOnlyList<StoreEvent> EventsAfter(long version)
    {
        var first = FirstAfter(version);
        return first == _history.Count ? [] : _history.GetRange(first, _history.Count - first);
    }

    /// <summary>Forgets changes up to and including a version.</summary>
    public void Compact(long version)
    {
        _compactedTo = Math.Max(_compactedTo, version);
        Drop(FirstAfter(version));
    }

    private void Record(StoreEvent change)
    {
        _history.Add(change);

        // Dropped in blocks, so that the cost per change stays constant.
        if (_history.Count >= historyLimit * 2)
        {
            Drop(historyLimit);
        }

        var signal = _changed;
        _changed = NewSignal();
        signal.SetResult();
    }

    private void Drop(int count)
    {
        if (count > 0)
        {
            _newestDropped = _history[count - 1].Version;
            _history.RemoveRange(0, count);
        }
    }

    private int FirstAfter(long version)
    {
        int low = 0, high = _history.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _history[middle].Version <= version ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

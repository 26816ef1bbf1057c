namespace LocalCluster.ApiServer.Storage;

/// <summary>A reader's place in the changes of one resource. Used by one reader at a time.</summary>
internal sealed class WatchCursor(ObjectStore store, ResourceTable table, long version)
{
    /// <summary>Everything up to this version has been read.</summary>
    public long Version { get; private set; } = version;

    /// <summary>Completes when there is something new since the last <see cref="Read"/>.</summary>
    public Task Changed { get; private set; } = Task.CompletedTask;

    /// <summary>The changes since the last call. Expired when the reader was so slow that some are gone.</summary>
    public IReadOnlyList<StoreEvent> Read()
    {
        (var events, Version, Changed) = store.ReadAfter(table, Version);
        return events;
    }
}

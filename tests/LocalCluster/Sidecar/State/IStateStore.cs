namespace LocalCluster.Sidecar.State;

/// <summary>A stored value with its version.</summary>
internal sealed record StateItem(byte[] Value, string ETag, DateTimeOffset? Expires);

/// <summary>A write.</summary>
/// <param name="Key">Full key, prefix included.</param>
/// <param name="Value">JSON text; null deletes.</param>
/// <param name="ETag">Version that must be current; null = any.</param>
/// <param name="FirstWrite">Without <paramref name="ETag"/>: the key must not exist.</param>
/// <param name="TimeToLive">Null = keep for ever.</param>
internal sealed record StateWrite(string Key, byte[]? Value, string? ETag, bool FirstWrite, TimeSpan? TimeToLive);

/// <summary>How a write ended.</summary>
internal enum StateWriteResult
{
    Done,

    /// <summary>The ETag is not the current one (409).</summary>
    ETagMismatch,

    /// <summary>First-write found a row: Dapr answers 500, "no item was updated".</summary>
    NothingUpdated,
}

/// <summary>A state store component.</summary>
internal interface IStateStore : IAsyncDisposable
{
    Task<StateItem?> GetAsync(string key, CancellationToken cancellation);

    Task<StateWriteResult> WriteAsync(StateWrite write, CancellationToken cancellation);

    /// <summary>All writes or none.</summary>
    Task<StateWriteResult> TransactAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellation);
}

/// <summary>The store cannot be reached or refused the statement.</summary>
internal sealed class StateException : Exception
{
    public StateException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

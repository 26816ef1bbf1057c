namespace Todo.Notification.Cursor;

/// <summary>Remembers when the last complete sweep began, over restarts, so that an outage of any length misses nothing.</summary>
internal interface ISweepCursor
{
    /// <summary>The last sweep's start; null when none is known.</summary>
    Task<DateTimeOffset?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>A sweep that started then is complete.</summary>
    Task WriteAsync(DateTimeOffset sweptAt, CancellationToken cancellationToken);
}

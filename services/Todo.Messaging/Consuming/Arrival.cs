namespace Todo.Messaging.Consuming;

/// <summary>What came in, in one shape for both transports.</summary>
/// <param name="Problem">Why it can never be handled (no JSON, no valid envelope), or null.</param>
/// <param name="Body">The bytes as they came.</param>
internal sealed record Arrival(IncomingEvent Event, ReadOnlyMemory<byte> Body, string? Problem);

/// <summary>What became of an arrival. Everything but <see cref="Retry"/> is acknowledged.</summary>
internal enum DispatchOutcome
{
    Handled,
    Duplicate,
    Superseded,
    Expired,
    Dead,

    /// <summary>Nothing happened, and it may work later: deliver it again.</summary>
    Retry,
}

using Todo.Messaging.Publishing;

namespace Todo.Messaging.Transports;

/// <summary>A way for events to leave this pod.</summary>
internal interface ITransport
{
    /// <summary>Name in the ledger: <c>direct-kafka</c> or the Component's.</summary>
    string Name { get; }

    /// <summary>Whether sending may begin. Asked before every batch, so it is cheap while the answer is yes.</summary>
    ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Sends events in their order per key, and returns when every one is acknowledged by the broker or has failed. An event after a failed one of
    /// the same lane is not sent where that can be helped. Does not throw, neither for what the broker does nor when it is cancelled.
    /// </summary>
    /// <returns>One result per event, in the same order.</returns>
    Task<SendResult[]> SendAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken);
}

/// <param name="SentTimestamp">When sending began, by <see cref="TimeProvider.GetTimestamp"/>.</param>
/// <param name="Error">Null when the broker has acknowledged the event.</param>
internal readonly record struct SendResult(long SentTimestamp, string? Error)
{
    public bool IsSent => Error is null;
}

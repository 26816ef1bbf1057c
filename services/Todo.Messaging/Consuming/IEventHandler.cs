using System.Data.Common;
using System.Text.Json;
using Npgsql;

namespace Todo.Messaging.Consuming;

/// <summary>
/// The effect of one event, inside the inbox transaction: it happens together with the record that it happened, or not at all. The same event
/// is never passed twice, whatever the transports deliver.
/// </summary>
/// <remarks>
/// Throw <see cref="PoisonEventException"/> for an event that can never be handled (it is dead at once). Database errors, time-outs and lost
/// connections are transient: delivered again without limit. Anything else counts as a failed attempt and is dead after <c>maxRetries</c>.
/// </remarks>
public interface IEventHandler
{
    ValueTask HandleAsync(IncomingEvent value, NpgsqlTransaction transaction, CancellationToken cancellationToken);

    /// <summary>The transaction as the inbox has it: PostgreSQL's everywhere but in simulation.</summary>
    internal ValueTask HandleAsync(IncomingEvent value, DbTransaction transaction, CancellationToken cancellationToken) =>
        HandleAsync(value, (NpgsqlTransaction)transaction, cancellationToken);
}

/// <summary>An event as it arrived, whatever the transport.</summary>
/// <param name="Id">CloudEvents id; UUIDv5 of topic and bytes for the original's plain JSON.</param>
/// <param name="Type">CloudEvents type, or the original's <c>event_type</c>.</param>
/// <param name="Key">Partition key, or null when the transport does not carry it.</param>
/// <param name="Data">CloudEvents data, or the plain JSON object itself.</param>
/// <param name="Via">Transport of arrival: <c>direct-kafka</c> or the Component's name.</param>
public sealed record IncomingEvent(Guid Id, string Topic, string Type, string? Key, DateTimeOffset Time, JsonElement Data, string Via, string? TraceParent)
{
    /// <summary>Version of the key (counts its events), or null when the event does not carry one.</summary>
    public long? Version { get; init; }
}

/// <summary>This event can never be handled; the message says why and ends up in the ledger.</summary>
public sealed class PoisonEventException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A later event of the same key was handled before, and nothing of this one is left to be done. What the handler did is rolled back and the delivery
/// recorded as superseded.
/// </summary>
public sealed class SupersededEventException(string message) : Exception(message);

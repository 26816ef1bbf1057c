using System.Data.Common;
using System.Text.Json.Nodes;

namespace Todo.Messaging.Publishing;

/// <summary>Writes events in the transaction that changes the data, so that both happen or neither does.</summary>
public interface IOutbox
{
    /// <summary>
    /// Adds one event and its owed deliveries. Call it while the transaction holds the row lock of the entity named by the key:
    /// the key's version is taken here. Nothing is sent before the commit; a rollback leaves no trace.
    /// </summary>
    /// <returns>The event's id (UUIDv7), which is also the CloudEvent's id.</returns>
    ValueTask<Guid> AddAsync(DbTransaction transaction, OutgoingEvent value, CancellationToken cancellationToken);

    /// <summary>Tells the relay of this process that something was committed. A missed call costs at most a second.</summary>
    void Wake();
}

/// <summary>An event to be published.</summary>
/// <param name="Topic">One of <see cref="Todo.Contracts.Topics"/>.</param>
/// <param name="Type">CloudEvents type.</param>
/// <param name="Key">Partition key: id of the task (or category, tag). Order is kept per key.</param>
/// <param name="Subject">CloudEvents subject, e.g. <c>tasks/42</c>.</param>
/// <param name="Data">CloudEvents data.</param>
public sealed record OutgoingEvent(string Topic, string Type, string Key, string Subject, JsonNode Data);

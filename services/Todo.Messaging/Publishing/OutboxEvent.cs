using System.Text;
using Todo.Contracts.CloudEvents;

namespace Todo.Messaging.Publishing;

/// <summary>An event of the outbox that is to be sent.</summary>
internal sealed record OutboxEvent(
    Guid Id, string Producer, short Lane, string Topic, string Key, long Version, string Type, string Subject, DateTimeOffset Time, string Data,
    string? TraceParent, string? Via)
{
    /// <summary>The bytes on the wire, the same on every transport.</summary>
    public byte[] ToBytes() =>
        CloudEventJson.Write(Id.ToString(), Producer, Type, Subject, Time, Key, Version, TraceParent, Encoding.UTF8.GetBytes(Data));
}

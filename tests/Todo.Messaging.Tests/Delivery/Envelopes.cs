using System.Text.Json;
using Todo.Contracts;

namespace Todo.Messaging.Tests.Delivery;

/// <summary>Events of somebody who is not in the ledger.</summary>
internal static class Envelopes
{
    /// <summary>The original's plain JSON object.</summary>
    public const string Plain = """{"event_id":"1","event_type":"task.updated","timestamp":"2026-11-21T10:00:00Z","task_id":7,"user_id":3}""";

    public static string Of(Guid id, string key, DateTimeOffset time) => JsonSerializer.Serialize(new
    {
        specversion = "1.0",
        id,
        source = "somebody",
        type = EventTypes.TaskUpdated,
        time,
        partitionkey = key,
        data = new { task = key },
    });
}

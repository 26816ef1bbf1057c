using System.Text.Json;
using System.Text.Json.Serialization;

namespace Todo.Contracts.Payloads;

/// <summary>Data of <see cref="EventTypes.DeadLetter"/>. It has either the event or its bytes.</summary>
/// <param name="Consumer">App-id of the consumer that gave it up.</param>
/// <param name="Topic">Topic that the event came from.</param>
/// <param name="EventId">Id of the event; of one that has none, UUIDv5 of its topic and bytes.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Event">The whole event as it came, where that was JSON; else missing.</param>
/// <param name="BodyBase64">Its bytes in Base64, where they were not JSON; else missing.</param>
public sealed record DeadLetter(
    string Consumer,
    string Topic,
    Guid EventId,
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Event = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? BodyBase64 = null);

/// <summary>Data of <see cref="EventTypes.Probe"/>.</summary>
/// <param name="Via">Name of the transport that it is to prove.</param>
public sealed record Probe(string Via);

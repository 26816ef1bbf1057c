using System.Text.Json.Serialization;
using Todo.Messaging.Transports.Kafka;

namespace Todo.Messaging.Management;

internal sealed record ProbeOrder(long? Epoch, string? Via, IReadOnlyList<string>? Topics);

internal sealed record ReplayOrder(long? Epoch, string[]? From);

internal sealed record JobOrder(long? Epoch);

/// <summary>What this pod does.</summary>
internal sealed record TransportsAnswer(
    string Service,
    string Pod,
    long Epoch,
    string PublishesTo,
    bool ConsumeDirect,
    string Sidecar,
    bool Ready,
    string OwnClient,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<KafkaPosition>? Positions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PositionsError,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Jobs);

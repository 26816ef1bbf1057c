using System.Text.Json.Serialization;
using Todo.Messaging.Transports.Kafka;

namespace Todo.Messaging.Management;

internal sealed record ProbeOrder(long? Epoch, string? Via, IReadOnlyList<string>? Topics);

/// <param name="Epoch">The operator's.</param>
/// <param name="From">Open events last sent over these transports are sent again.</param>
/// <param name="Dead">Or those of the deliveries that were given up, which are open again then.</param>
internal sealed record ReplayOrder(long? Epoch, string[]? From = null, bool Dead = false);

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

using System.Text.Json.Serialization;

namespace Todo.Operator.Management;

// The bodies of docs/reference/service-contract.md, as far as they are read.
internal sealed record LedgerBody(
    DateTimeOffset AsOf, long Epoch, IReadOnlyList<LedgerTransportBody> Transports, long Held, IReadOnlyList<LedgerUnsentBody>? Unsent, LedgerRecentBody? Recent);

internal sealed record LedgerUnsentBody(string Producer, long Held, double OldestSeconds);

internal sealed record LedgerTransportBody(
    string Name, long InFlight, double OldestSeconds, long Replayed, long Suppressed, long Dead, long Foreign);

internal sealed record LedgerRecentBody(
    double Seconds, long Published, long Handled, long Failed, double? P50Milliseconds, double? P95Milliseconds);

internal sealed record TransportsBody(
    string Service, string Pod, long Epoch, string PublishesTo, bool ConsumeDirect, string? Sidecar, bool Ready,
    IReadOnlyList<PositionBody>? Positions, string? PositionsError, string? Jobs, string? OwnClient);

internal sealed record PositionBody(string Group, string Topic, int Partition, long? Committed, long? End);

internal sealed record ProbeRequestBody(long Epoch, string Via, IReadOnlyList<string> Topics);

internal sealed record ProbesBody(IReadOnlyList<ProbeBody> Probes);

internal sealed record ProbeBody(string Id, string Topic, string? Consumer, string? SentVia, string? HandledVia, DateTimeOffset? HandledAt);

internal sealed record ReplayRequestBody(long Epoch, IReadOnlyList<string>? From = null, bool Dead = false);

internal sealed record ReplayedBody(int Events);

internal sealed record OrderBody(long Epoch);

internal sealed record MetadataBody(IReadOnlyList<MetadataComponentBody>? Components, IReadOnlyList<MetadataSubscriptionBody>? Subscriptions);

internal sealed record MetadataComponentBody(string Name, string? Type);

internal sealed record MetadataSubscriptionBody(string Pubsubname, string Topic);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LedgerBody))]
[JsonSerializable(typeof(TransportsBody))]
[JsonSerializable(typeof(ProbeRequestBody))]
[JsonSerializable(typeof(ProbesBody))]
[JsonSerializable(typeof(ReplayRequestBody))]
[JsonSerializable(typeof(ReplayedBody))]
[JsonSerializable(typeof(OrderBody))]
[JsonSerializable(typeof(MetadataBody))]
internal sealed partial class ManagementJson : JsonSerializerContext;

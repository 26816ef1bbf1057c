using System.Text.Json.Serialization;

namespace LocalCluster.Kafka.Storage;

internal sealed record StoredTopic(int Partitions, Dictionary<string, string> Config);

internal sealed record StoredOffset(long Offset, int LeaderEpoch, string? Metadata);

/// <summary>A group as of its last completed rebalance, so that its members go on after a restart of the broker.</summary>
internal sealed record StoredGroup(int Generation, string ProtocolType, string? Protocol, string? Leader, IReadOnlyList<StoredMember> Members);

internal sealed record StoredMember(
    string Id, string ClientId, string ClientHost, TimeSpan SessionTimeout, TimeSpan RebalanceTimeout, IReadOnlyList<StoredProtocol> Protocols, byte[] Assignment);

internal sealed record StoredProtocol(string Name, byte[] Metadata);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredTopic))]
[JsonSerializable(typeof(StoredOffset))]
[JsonSerializable(typeof(StoredGroup))]
internal sealed partial class StorageJson : JsonSerializerContext;

using LocalCluster.Kafka.Protocol;
using LocalCluster.Kafka.Storage;

namespace LocalCluster.Kafka.Groups;

/// <summary>
/// A JoinGroup request. The member id is empty at the first time. Where the id is needed first (version 4 and later), a new member
/// is told it and joins again with it, so that a lost answer leaves no ghost in the group (KIP-394).
/// </summary>
internal sealed record JoinRequest(
    string MemberId,
    bool NeedsIdFirst,
    string ClientId,
    string ClientHost,
    TimeSpan SessionTimeout,
    TimeSpan RebalanceTimeout,
    string ProtocolType,
    IReadOnlyList<StoredProtocol> Protocols);

/// <summary>The answer to it. Only the leader gets the members, and works out who reads what.</summary>
internal sealed record JoinResult(
    ErrorCode Error, string MemberId, int Generation, string? Protocol, string Leader, IReadOnlyList<(string Id, byte[] Metadata)> Members)
{
    public static JoinResult Failed(ErrorCode error, string memberId) => new(error, memberId, -1, null, "", []);
}

internal sealed record SyncResult(ErrorCode Error, byte[] Assignment)
{
    public static SyncResult Failed(ErrorCode error) => new(error, []);
}

/// <summary>One member of a group, by its last JoinGroup.</summary>
internal sealed class Member(string id, JoinRequest request)
{
    public string Id => id;

    public JoinRequest Request { get; set; } = request;

    public byte[] Assignment { get; set; } = [];

    /// <summary>Set while its JoinGroup waits for the others.</summary>
    public TaskCompletionSource<JoinResult>? Joining { get; set; }

    /// <summary>Set while its SyncGroup waits for the leader.</summary>
    public TaskCompletionSource<SyncResult>? Syncing { get; set; }

    /// <summary>When it is taken for dead unless heard of. A member that waits for an answer of ours is alive.</summary>
    public TimeSpan Deadline { get; set; }

    public bool Waits => Joining is not null || Syncing is not null;

    public byte[] MetadataFor(string? protocol) => Request.Protocols.FirstOrDefault(p => p.Name == protocol)?.Metadata ?? [];

    public bool HasSameProtocols(JoinRequest other) =>
        Request.Protocols.Count == other.Protocols.Count
        && Request.Protocols.Zip(other.Protocols).All(pair => pair.First.Name == pair.Second.Name && pair.First.Metadata.AsSpan().SequenceEqual(pair.Second.Metadata));
}

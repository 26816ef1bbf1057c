namespace LocalCluster.Kafka.Groups;

/// <summary>States of a group, named as DescribeGroups shows them.</summary>
internal enum GroupState
{
    Empty,

    /// <summary>Waits until every member has joined again.</summary>
    PreparingRebalance,

    /// <summary>Waits for the leader's assignment.</summary>
    CompletingRebalance,

    Stable,
}

/// <summary>A group as DescribeGroups shows it.</summary>
internal sealed record GroupDescription(
    string Id, GroupState State, int Generation, string ProtocolType, string Protocol, IReadOnlyList<MemberDescription> Members);

internal sealed record MemberDescription(string Id, string ClientId, string ClientHost, byte[] Metadata, byte[] Assignment);

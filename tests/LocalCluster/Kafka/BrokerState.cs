namespace LocalCluster.Kafka;

/// <summary>A topic as tests look at it.</summary>
public sealed record TopicState(string Name, IReadOnlyList<PartitionState> Partitions);

/// <summary>One partition: the first offset that is still there (the low watermark), the next one to be written, and the bytes kept.</summary>
public sealed record PartitionState(int Partition, long StartOffset, long EndOffset, long Bytes);

/// <summary>A consumer group: its state by Kafka's names (Empty, PreparingRebalance, CompletingRebalance, Stable), members and committed offsets.</summary>
public sealed record GroupInfo(string Id, string State, int Generation, string Protocol, IReadOnlyList<GroupMember> Members, IReadOnlyList<GroupOffset> Offsets);

/// <summary>A member of a group.</summary>
public sealed record GroupMember(string Id, string ClientId, string ClientHost);

/// <summary>A committed offset, and how many records are behind it.</summary>
public sealed record GroupOffset(string Topic, int Partition, long Committed, long Lag);

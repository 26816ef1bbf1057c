namespace Todo.Operator.Decisions;

/// <summary>Who listens for one consumer, as its broker says.</summary>
/// <param name="Group">Its consumer group.</param>
/// <param name="State">State of a group of Kafka, as DescribeGroups names it. Null: the broker keeps none (Redis).</param>
/// <param name="Topics">What the consumer can listen to. A topic that does not exist is left out.</param>
public sealed record Membership(string Group, string? State, IReadOnlyList<TopicMembers> Topics)
{
    /// <summary>Kafka: the group is not rebalancing, and has members.</summary>
    public const string Stable = "Stable";

    /// <summary>Members of the group that are sidecars: those that listen to the consumer's dead letters too.</summary>
    public int Sidecars { get; init; }

    /// <summary>The other members: the services' own client.</summary>
    public int Clients { get; init; }
}

/// <summary>One topic of a consumer.</summary>
/// <param name="Topic">Its name.</param>
/// <param name="HasGroup">The broker keeps the consumer's place in it: what is published from now on is kept for it.</param>
/// <param name="Unassigned">Kafka: partitions that no member of the group has.</param>
public sealed record TopicMembers(string Topic, bool HasGroup, IReadOnlyList<int> Unassigned);

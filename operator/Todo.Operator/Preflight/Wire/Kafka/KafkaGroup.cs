namespace Todo.Operator.Preflight.Wire.Kafka;

/// <summary>A consumer group as its coordinator describes it.</summary>
/// <param name="Error">None, or why there is no answer.</param>
/// <param name="State">Stable, PreparingRebalance, CompletingRebalance, Empty or Dead.</param>
/// <param name="Members">Its members. What they have is told of a stable group only.</param>
internal sealed record KafkaGroup(KafkaError Error, string State, IReadOnlyList<KafkaGroupMember> Members)
{
    /// <summary>Reads the answer to DescribeGroups about one group.</summary>
    /// <exception cref="WireFailure">The group has another kind of member than consumers.</exception>
    public static KafkaGroup Read(KafkaAnswer answer)
    {
        _ = answer.Int32();
        var groups = answer.Array(() =>
        {
            var (error, _, state, _, _) = (answer.Error(), answer.String(), answer.String(), answer.String(), answer.String());
            return new KafkaGroup(error, state ?? string.Empty, answer.Array(() =>
            {
                _ = (answer.String(), answer.String(), answer.String());
                return Member(answer.Bytes(), answer.Bytes());
            }));
        });
        return groups is [var group] ? group : throw new WireFailure(WireStage.Ask, "it has described another group than the one asked for");
    }

    /// <summary>Both are in the format of the consumer protocol ("ConsumerProtocolSubscription" and "ConsumerProtocolAssignment" of the protocol guide), which begins the same in each version.</summary>
    private static KafkaGroupMember Member(byte[] subscription, byte[] assignment)
    {
        try
        {
            return new KafkaGroupMember(Topics(new KafkaAnswer(subscription), subscription.Length).ToHashSet(StringComparer.Ordinal), Assigned(new KafkaAnswer(assignment), assignment.Length));
        }
        catch (InvalidDataException)
        {
            throw new WireFailure(WireStage.Ask, "a member of the group does not speak the consumer protocol");
        }
    }

    private static List<string> Topics(KafkaAnswer subscription, int length)
    {
        if (length == 0)
        {
            return [];
        }

        _ = subscription.Int16();
        return subscription.Array(() => subscription.String() ?? string.Empty);
    }

    private static Dictionary<string, IReadOnlyList<int>> Assigned(KafkaAnswer assignment, int length)
    {
        if (length == 0)
        {
            return [];
        }

        _ = assignment.Int16();
        return assignment.Array(() => (Topic: assignment.String() ?? string.Empty, Partitions: assignment.Array(assignment.Int32)))
            .ToDictionary(t => t.Topic, t => (IReadOnlyList<int>)t.Partitions, StringComparer.Ordinal);
    }
}

/// <summary>A member of a consumer group.</summary>
/// <param name="Topics">What it has subscribed to.</param>
/// <param name="Assigned">Partitions that it has, by topic.</param>
internal sealed record KafkaGroupMember(IReadOnlySet<string> Topics, IReadOnlyDictionary<string, IReadOnlyList<int>> Assigned);

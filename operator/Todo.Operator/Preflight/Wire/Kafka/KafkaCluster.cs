using System.Collections.Concurrent;

namespace Todo.Operator.Preflight.Wire.Kafka;

/// <summary>A broker as the cluster names it to its clients.</summary>
internal sealed record KafkaNode(int Id, WireEndpoint Endpoint);

/// <summary>A topic, with the leader of each partition.</summary>
internal sealed record KafkaTopic(string Name, KafkaError Error, IReadOnlyList<KafkaPartition> Partitions);

/// <summary>A partition; leader -1 for none.</summary>
internal sealed record KafkaPartition(int Index, KafkaError Error, int Leader);

/// <summary>What a cluster says of itself.</summary>
internal sealed record KafkaMetadata(IReadOnlyList<KafkaNode> Nodes, IReadOnlyList<KafkaTopic> Topics, string? ClusterId);

/// <summary>Extent of a partition.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="First">Lowest offset that is still kept.</param>
/// <param name="End">Offset of the next record.</param>
/// <param name="OldestAt">When the first kept record was written; null when there is none.</param>
internal sealed record KafkaExtent(int Partition, long First, long End, DateTimeOffset? OldestAt)
{
    /// <summary>Records that are kept.</summary>
    public long Count => End - First;
}

/// <summary>The questions of the checks, each asked at the broker that can answer it.</summary>
internal sealed class KafkaCluster(KafkaConnection first, KafkaLogin login) : IAsyncDisposable
{
    private const int AnyReplica = -1;
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long Beginning = 0;
    private const sbyte GroupKey = 0;

    private readonly ConcurrentDictionary<WireEndpoint, Lazy<Task<KafkaConnection>>> _others = new();

    /// <summary>Brokers and topics. A topic that does not exist is not made.</summary>
    public async Task<KafkaMetadata> DescribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        var request = new KafkaRequest();
        request.Array(topics, t => request.String(t)).Int8(0);
        var answer = await first.AskAsync(WireStage.Ask, KafkaApi.Metadata, request, cancellationToken);
        _ = answer.Int32();
        var nodes = answer.Array(() =>
        {
            var node = new KafkaNode(answer.Int32(), new WireEndpoint(answer.String() ?? string.Empty, answer.Int32()));
            _ = answer.String();
            return node;
        });
        var (id, _) = (answer.String(), answer.Int32());
        var described = answer.Array(() =>
        {
            var (error, name, _) = (answer.Error(), answer.String() ?? string.Empty, answer.Boolean());
            var partitions = answer.Array(() =>
            {
                var partition = (Error: answer.Error(), Index: answer.Int32(), Leader: answer.Int32());
                _ = (answer.Array(answer.Int32), answer.Array(answer.Int32));
                return new KafkaPartition(partition.Index, partition.Error, partition.Leader);
            });
            return new KafkaTopic(name, error, partitions);
        });
        return new KafkaMetadata(nodes, described, id);
    }

    /// <summary>Where a group has come to in each topic; partitions without a committed offset are left out.</summary>
    public async Task<(KafkaError Error, IReadOnlyDictionary<string, IReadOnlyDictionary<int, long>> Offsets)> CommittedAsync(string group, CancellationToken cancellationToken)
    {
        var (error, coordinator) = await CoordinatorAsync(group, cancellationToken);
        if (coordinator is null)
        {
            return (error, new Dictionary<string, IReadOnlyDictionary<int, long>>());
        }

        var answer = await coordinator.AskAsync(WireStage.Ask, KafkaApi.OffsetFetch, new KafkaRequest().String(group).Int32(-1), cancellationToken);
        var topics = answer.Array(() =>
        {
            var topic = answer.String() ?? string.Empty;
            var offsets = answer.Array(() =>
            {
                var (partition, offset, _, _) = (answer.Int32(), answer.Int64(), answer.String(), answer.Error());
                return (Partition: partition, Offset: offset);
            });
            return (Topic: topic, Committed: offsets.Where(o => o.Offset >= 0).ToDictionary(o => o.Partition, o => o.Offset));
        });
        return (answer.Error(), topics.Where(t => t.Committed.Count > 0).ToDictionary(t => t.Topic, t => (IReadOnlyDictionary<int, long>)t.Committed));
    }

    /// <summary>Who is in a group, and what each of its members has. One that does not exist is Dead.</summary>
    public async Task<KafkaGroup> GroupAsync(string group, CancellationToken cancellationToken)
    {
        var (error, coordinator) = await CoordinatorAsync(group, cancellationToken);
        if (coordinator is null)
        {
            return new KafkaGroup(error, string.Empty, []);
        }

        var request = new KafkaRequest();
        request.Array([group], g => request.String(g));
        return KafkaGroup.Read(await coordinator.AskAsync(WireStage.Ask, KafkaApi.DescribeGroups, request, cancellationToken));
    }

    /// <summary>Extents of a topic's partitions.</summary>
    /// <exception cref="WireFailure">One of them is not told: to count it as empty would be a guess.</exception>
    public async Task<IReadOnlyList<KafkaExtent>> ExtentsAsync(KafkaMetadata metadata, KafkaTopic topic, CancellationToken cancellationToken)
    {
        if (topic.Partitions.FirstOrDefault(p => p.Leader < 0) is { } leaderless)
        {
            throw new WireFailure(WireStage.Ask, $"Partition {leaderless.Index} of topic {topic.Name} has no leader that could be asked.");
        }

        var perLeader = topic.Partitions.GroupBy(p => p.Leader);
        var extents = await Task.WhenAll(perLeader.Select(async led =>
        {
            var leader = await AtAsync(metadata.Nodes.First(n => n.Id == led.Key).Endpoint, cancellationToken);
            var indexes = led.Select(p => p.Index).ToList();
            var earliest = await OffsetsAsync(leader, topic.Name, indexes, Earliest, cancellationToken);
            var latest = await OffsetsAsync(leader, topic.Name, indexes, Latest, cancellationToken);
            var oldest = await OffsetsAsync(leader, topic.Name, indexes, Beginning, cancellationToken);
            return indexes.Select(i => new KafkaExtent(
                i,
                earliest[i].Offset,
                latest[i].Offset,
                oldest[i] is { Offset: >= 0, Timestamp: > 0 } o ? DateTimeOffset.FromUnixTimeMilliseconds(o.Timestamp) : null));
        }));
        return [.. extents.SelectMany(e => e)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        foreach (var other in _others.Values.Where(o => o.Value.IsCompletedSuccessfully))
        {
            await (await other.Value).DisposeAsync();
        }
    }

    private async Task<(KafkaError Error, KafkaConnection? Coordinator)> CoordinatorAsync(string group, CancellationToken cancellationToken)
    {
        var found = await first.AskAsync(WireStage.Ask, KafkaApi.FindCoordinator, new KafkaRequest().String(group).Int8(GroupKey), cancellationToken);
        _ = found.Int32();
        var error = found.Error();
        _ = (found.String(), found.Int32());
        return error != KafkaError.None ? (error, null) : (error, await AtAsync(new WireEndpoint(found.String() ?? string.Empty, found.Int32()), cancellationToken));
    }

    private static async Task<Dictionary<int, (long Timestamp, long Offset)>> OffsetsAsync(
        KafkaConnection leader, string topic, List<int> partitions, long at, CancellationToken cancellationToken)
    {
        var request = new KafkaRequest().Int32(AnyReplica).Int32(1).String(topic);
        request.Array(partitions, p => request.Int32(p).Int64(at));
        var answer = await leader.AskAsync(WireStage.Ask, KafkaApi.ListOffsets, request, cancellationToken);
        var told = answer.Array(() =>
        {
            _ = answer.String();
            return answer.Array(() => (Index: answer.Int32(), Error: answer.Error(), Timestamp: answer.Int64(), Offset: answer.Int64()));
        }).SelectMany(t => t).ToList();
        return told.FindIndex(p => p.Error != KafkaError.None) is >= 0 and var wrong
            ? throw new WireFailure(WireStage.Ask, $"{leader.Endpoint} does not tell what partition {told[wrong].Index} of topic {topic} holds (error {(short)told[wrong].Error}).")
            : told.ToDictionary(p => p.Index, p => (p.Timestamp, p.Offset));
    }

    private Task<KafkaConnection> AtAsync(WireEndpoint endpoint, CancellationToken cancellationToken) => endpoint == first.Endpoint
        ? Task.FromResult(first)
        : _others.GetOrAdd(endpoint, e => new Lazy<Task<KafkaConnection>>(() => KafkaConnection.OpenAsync(e, login, cancellationToken))).Value;
}

using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Preflight.Brokers;
using Todo.Operator.Preflight.Wire;
using Todo.Operator.Preflight.Wire.Kafka;
using Todo.Operator.Preflight.Wire.Redis;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Observation;

/// <summary>Who listens at a broker, as it says itself: a sidecar's metadata show only what it was told to listen to.</summary>
public interface IBrokerMembership
{
    /// <summary>The consumers, with what is known of their groups.</summary>
    Task<Known<IReadOnlyDictionary<ServiceId, Membership>>> ReadAsync(GenerationContext context, Broker broker, CancellationToken cancellationToken);
}

/// <summary>Asks the broker from the operator's own pod, with the login of the Components.</summary>
public sealed class BrokerMembership(BrokerAccess access) : IBrokerMembership
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task<Known<IReadOnlyDictionary<ServiceId, Membership>>> ReadAsync(GenerationContext context, Broker broker, CancellationToken cancellationToken)
    {
        if (!context.Endpoints.Known.TryGetValue(broker, out var endpoint))
        {
            return Known.Unknown<IReadOnlyDictionary<ServiceId, Membership>>("its settings are not known");
        }

        return await access.AskAsync<IReadOnlyDictionary<ServiceId, Membership>>(
            Patience,
            async limited => endpoint.Redis is { } redis ? await RedisAsync(context, redis, limited) : await KafkaAsync(context, endpoint.Kafka!, limited),
            cancellationToken);
    }

    private async Task<Dictionary<ServiceId, Membership>> KafkaAsync(GenerationContext context, KafkaSpec kafka, CancellationToken cancellationToken)
    {
        await using var cluster = await access.KafkaAsync(context.Namespace, kafka, cancellationToken);
        var consumers = context.Apps.Where(a => a.IsConsumer).ToList();
        var metadata = await cluster.DescribeAsync([.. consumers.SelectMany(context.SubscribedTopics).Distinct(StringComparer.Ordinal)], cancellationToken);
        Dictionary<ServiceId, Membership> memberships = [];
        foreach (var consumer in consumers)
        {
            var name = PlatformTopology.GroupOf(kafka.ConsumerGroups, consumer.Id) ?? consumer.AppId;
            var group = await cluster.GroupAsync(name, cancellationToken);
            if (group.Error != KafkaError.None)
            {
                throw new WireFailure(WireStage.Ask, $"it has no answer about group {name} (error {(short)group.Error})");
            }

            var topics = context.SubscribedTopics(consumer);
            var sidecars = group.Members.Count(m => m.Topics.Contains(context.DeadLetterTopic(consumer)));
            memberships[consumer.Id] = new Membership(name, group.State, [.. metadata.Topics.Where(t => topics.Contains(t.Name) && t.Partitions.Count > 0).Select(t => Members(t, group))])
            {
                Sidecars = sidecars,
                Clients = group.Members.Count - sidecars,
            };
        }

        return memberships;
    }

    private static TopicMembers Members(KafkaTopic topic, KafkaGroup group)
    {
        var assigned = group.Members.SelectMany(m => m.Assigned.GetValueOrDefault(topic.Name) ?? []).ToHashSet();
        return new TopicMembers(topic.Name, HasGroup: true, [.. topic.Partitions.Select(p => p.Index).Where(p => !assigned.Contains(p)).Order()]);
    }

    private async Task<Dictionary<ServiceId, Membership>> RedisAsync(GenerationContext context, RedisSpec redis, CancellationToken cancellationToken)
    {
        await using var client = await access.RedisAsync(context.Namespace, redis, cancellationToken);
        Dictionary<ServiceId, Membership> memberships = [];
        foreach (var consumer in context.Apps.Where(a => a.IsConsumer))
        {
            List<TopicMembers> topics = [];
            foreach (var topic in context.SubscribedTopics(consumer))
            {
                topics.Add(new TopicMembers(topic, await HasGroupAsync(client, topic, consumer.AppId, cancellationToken), []));
            }

            memberships[consumer.Id] = new Membership(consumer.AppId, State: null, topics);
        }

        return memberships;
    }

    /// <summary>The group only: Redis 7.0 lists a consumer that waits for its first entry only when that has come, and one that is gone for ever.</summary>
    private static async Task<bool> HasGroupAsync(RedisClient redis, string stream, string group, CancellationToken cancellationToken)
    {
        if ((await redis.AskAsync(cancellationToken, "EXISTS", stream)).Text == "0")
        {
            return false;
        }

        var groups = await redis.AskAsync(cancellationToken, "XINFO", "GROUPS", stream);
        return groups.Error is { } error
            ? throw new WireFailure(WireStage.Ask, $"XINFO GROUPS {stream} is answered with: {error}. The Redis user of spec.redis needs +xinfo and +exists")
            : (groups.Items ?? []).Any(g => g.Fields().GetValueOrDefault("name") == group);
    }
}

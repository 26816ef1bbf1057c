using System.Globalization;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Preflight.Brokers;
using Todo.Operator.Preflight.Wire;
using Todo.Operator.Preflight.Wire.Redis;
using Todo.Operator.Topology;

namespace Todo.Operator.Observation;

/// <summary>What a broker itself says that it has yet to hand over.</summary>
public interface IBrokerBacklog
{
    /// <summary>Events of the services' topics that a consumer has not acknowledged.</summary>
    Task<Known<long>> ReadAsync(GenerationContext context, Broker broker, CancellationToken cancellationToken);
}

/// <summary>Asks the broker from the operator's own pod, with the login of the Components.</summary>
public sealed class BrokerBacklog(BrokerAccess access) : IBrokerBacklog
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task<Known<long>> ReadAsync(GenerationContext context, Broker broker, CancellationToken cancellationToken)
    {
        if (!context.Endpoints.Known.TryGetValue(broker, out var endpoint))
        {
            return Known.Unknown<long>("its settings are not known any more");
        }

        return await access.AskAsync(
            Patience,
            async limited => endpoint.Redis is { } redis
                ? await RedisAsync(context, await access.RedisAsync(context.Namespace, redis, limited), limited)
                : await KafkaAsync(context, broker, endpoint.Kafka!, limited),
            cancellationToken);
    }

    private async Task<long> KafkaAsync(GenerationContext context, Broker broker, Resource.KafkaSpec kafka, CancellationToken cancellationToken)
    {
        await using var cluster = await access.KafkaAsync(context.Namespace, kafka, cancellationToken);
        var consumers = context.Apps.Where(a => a.IsConsumer).ToList();
        var metadata = await cluster.DescribeAsync([.. consumers.SelectMany(c => c.Consumes).Distinct(StringComparer.Ordinal)], cancellationToken);
        long sum = 0;
        foreach (var consumer in consumers)
        {
            var group = PlatformTopology.GroupOf(kafka.ConsumerGroups, consumer.Id) ?? consumer.AppId;
            var (error, committed) = await cluster.CommittedAsync(group, cancellationToken);
            if (error != Preflight.Wire.Kafka.KafkaError.None)
            {
                throw new WireFailure(WireStage.Ask, $"{broker.Name()} has no answer about group {group} (error {(short)error})");
            }

            foreach (var topic in metadata.Topics.Where(t => consumer.Consumes.Contains(t.Name)))
            {
                var offsets = committed.GetValueOrDefault(topic.Name) ?? new Dictionary<int, long>();
                var extents = await cluster.ExtentsAsync(metadata, topic, cancellationToken);
                // A partition without a committed offset has never been read by this group: nothing of it is on its way.
                sum += extents.Sum(e => offsets.TryGetValue(e.Partition, out var offset) ? Math.Max(0, e.End - Math.Max(offset, e.First)) : 0);
            }
        }

        return sum;
    }

    private static async Task<long> RedisAsync(GenerationContext context, RedisClient redis, CancellationToken cancellationToken)
    {
        await using var client = redis;
        long sum = 0;
        foreach (var consumer in context.Apps.Where(a => a.IsConsumer))
        {
            foreach (var topic in consumer.Consumes)
            {
                sum += await RedisAsync(client, topic, consumer.AppId, cancellationToken);
            }
        }

        return sum;
    }

    /// <summary>Handed over and not acknowledged, and not handed over yet.</summary>
    private static async Task<long> RedisAsync(RedisClient redis, string stream, string group, CancellationToken cancellationToken)
    {
        if ((await redis.AskAsync(cancellationToken, "EXISTS", stream)).Text == "0")
        {
            return 0;
        }

        var groups = await redis.AskAsync(cancellationToken, "XINFO", "GROUPS", stream);
        if (groups.Error is { } error)
        {
            throw new WireFailure(WireStage.Ask, $"XINFO GROUPS {stream} is answered with: {error}. The Redis user of spec.redis needs +xinfo and +exists");
        }

        if (groups.Items?.Select(static g => g.Fields()).FirstOrDefault(g => g.GetValueOrDefault("name") == group) is not { } found)
        {
            return 0;
        }

        var pending = Number(found.GetValueOrDefault("pending")) ?? 0;
        if (Number(found.GetValueOrDefault("lag")) is { } lag)
        {
            return pending + lag;
        }

        // Redis before 7, or a stream from which entries were deleted, has no figure for the rest, but tells whether there is any.
        var info = (await redis.AskAsync(cancellationToken, "XINFO", "STREAM", stream)).Fields();
        return pending + (info.GetValueOrDefault("last-generated-id") == found.GetValueOrDefault("last-delivered-id") ? 0 : 1);
    }

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

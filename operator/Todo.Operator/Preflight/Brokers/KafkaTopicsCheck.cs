using Todo.Operator.Preflight.Wire;
using Todo.Operator.Preflight.Wire.Kafka;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight.Brokers;

/// <summary>
/// The topics exist with a leader for each partition, and the brokers can be reached under the names that the cluster gives its clients: a sidecar follows those,
/// whatever its list says.
/// </summary>
public sealed class KafkaTopicsCheck(BrokerAccess access) : IPreflightCheck
{
    private const string Kind = "kafka-topics";
    private const string Advertised = "kafka-advertised";

    /// <inheritdoc/>
    public string Name => Kind;

    /// <inheritdoc/>
    public string? SecondName => Advertised;

    /// <inheritdoc/>
    public bool Applies(PreflightContext context) => context.Observed.Wanted is { AnyDapr: true, Broker.IsKafka: true };

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var cluster = await access.KafkaAsync(context, cancellationToken);
            var metadata = await cluster.DescribeAsync(Topics(context), cancellationToken);
            var login = await access.KafkaLoginAsync(context, cancellationToken);
            var nodes = await Task.WhenAll(metadata.Nodes.Select(n => ReachAsync(n, login, cancellationToken)));
            return [.. metadata.Topics.Select(Judge), .. nodes.OfType<CheckResult>()];
        }
        catch (Exception e) when (e is WireFailure or MissingSecretException)
        {
            return [CheckResult.Unknown(Name, "No broker could be asked (see broker).")];
        }
    }

    private static List<string> Topics(PreflightContext context)
    {
        var apps = context.Generation.Apps.Where(a => context.Observed.Wanted.ThroughDapr(a.Id)).ToList();
        return [.. apps.SelectMany(a => a.Publishes.Concat(context.Generation.SubscribedTopics(a))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    internal static CheckResult Judge(KafkaTopic topic)
    {
        var name = $"{Kind}/{topic.Name}";
        var leaderless = topic.Partitions.Where(p => p.Leader < 0).Select(p => p.Index).ToList();
        return topic.Error switch
        {
            KafkaError.UnknownTopic => CheckResult.Failed(
                name, $"Topic {topic.Name} does not exist. The services make it at their start; or: kafka-topics.sh --create --topic {topic.Name}"),
            KafkaError.TopicForbidden => CheckResult.Failed(
                name, $"The login may not use topic {topic.Name}: give it Read, Write and Describe (kafka-acls.sh --add)."),
            KafkaError.None when leaderless.Count == 0 => CheckResult.Passed(name, $"Exists with {topic.Partitions.Count} partitions."),
            KafkaError.None or KafkaError.LeaderNotAvailable => CheckResult.Failed(
                name, $"{(leaderless.Count > 0 ? $"Partition {string.Join(", ", leaderless)} of topic" : "Topic")} {topic.Name} has no leader: nothing can be sent to it. Bring its brokers back."),
            var other => CheckResult.Failed(name, $"Kafka answers error {(short)other} about topic {topic.Name}."),
        };
    }

    private static async Task<CheckResult?> ReachAsync(KafkaNode node, KafkaLogin login, CancellationToken cancellationToken)
    {
        var name = $"{Advertised}/{node.Id}";
        try
        {
            await using var connection = await KafkaConnection.OpenAsync(node.Endpoint, login, cancellationToken);
            return CheckResult.Passed(name, $"Broker {node.Id} answers as {node.Endpoint}.");
        }
        catch (WireFailure e)
        {
            return CheckResult.Failed(name, $"The cluster tells its clients that broker {node.Id} is {node.Endpoint}. {e.Message} Mend advertised.listeners, or make that address reachable from the pods.");
        }
    }
}

using Todo.Operator.Preflight.Wire;
using Todo.Operator.Preflight.Wire.Kafka;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight.Brokers;

/// <summary>
/// Dapr goes on where each service's own client has stopped: at the offsets of its consumer group. A group without any, on a topic that is not empty, would handle
/// everything that is kept there once more, or (newest) nothing of it.
/// </summary>
public sealed class ConsumerGroupCheck(BrokerAccess access) : IPreflightCheck
{
    // A client that has just begun commits within this.
    private static readonly TimeSpan FirstCommit = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Name => "consumer-group";

    /// <inheritdoc/>
    public bool Applies(PreflightContext context) => context.Observed.Wanted is { AnyDapr: true, Broker.IsKafka: true };

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var cluster = await access.KafkaAsync(context, cancellationToken);
            var consumers = context.Generation.Apps.Where(a => a.ConsumerGroup is not null && context.Observed.Wanted.ThroughDapr(a.Id)).ToList();
            var metadata = await cluster.DescribeAsync([.. consumers.SelectMany(c => c.Consumes).Distinct(StringComparer.Ordinal)], cancellationToken);
            List<CheckResult> results = [];
            foreach (var consumer in consumers)
            {
                results.Add(await LookAsync(context, cluster, metadata, consumer, cancellationToken));
            }

            return results;
        }
        catch (Exception e) when (e is WireFailure or MissingSecretException)
        {
            return [CheckResult.Unknown(Name, "No broker could be asked (see broker).")];
        }
    }

    private async Task<CheckResult> LookAsync(PreflightContext context, KafkaCluster cluster, KafkaMetadata metadata, AppDefinition consumer, CancellationToken cancellationToken)
    {
        var group = consumer.ConsumerGroup!;
        var name = $"{Name}/{group}";
        try
        {
            var (error, committed) = await cluster.CommittedAsync(group, cancellationToken);
            if (error != KafkaError.None)
            {
                return Refused(name, group, error);
            }

            foreach (var topic in metadata.Topics.Where(t => consumer.Consumes.Contains(t.Name) && t.Error == KafkaError.None))
            {
                // Offsets are kept per partition: one that has none begins anew, whatever the others have.
                var offsets = committed.GetValueOrDefault(topic.Name);
                var unread = topic.Partitions.All(p => offsets?.ContainsKey(p.Index) == true)
                    ? []
                    : (await cluster.ExtentsAsync(metadata, topic, cancellationToken)).Where(e => e.Count > 0 && offsets?.ContainsKey(e.Partition) != true).ToList();
                if (unread.Count > 0)
                {
                    var place = offsets is null ? topic.Name : $"partition {string.Join(", ", unread.Select(e => e.Partition).Order())} of {topic.Name}";
                    return Judge(context, consumer, name, place, unread.Sum(e => e.Count), context.Observed.Now - unread.Min(e => e.OldestAt));
                }
            }

            return CheckResult.Passed(name, "Dapr goes on at its committed offsets.");
        }
        catch (WireFailure e)
        {
            return CheckResult.Unknown(name, e.Stage == WireStage.Ask ? e.Message : $"{e.Message} The cluster gives its clients this address (see kafka-advertised).");
        }
    }

    internal static CheckResult Refused(string name, string group, KafkaError error) => error == KafkaError.GroupForbidden
        ? CheckResult.Failed(name, $"The login may not use group {group}: give it Read and Describe on the group (kafka-acls.sh --add).")
        : CheckResult.Unknown(name, $"Kafka has no answer about group {group} yet (error {(short)error}).");

    private static CheckResult Judge(PreflightContext context, AppDefinition consumer, string name, string place, long count, TimeSpan? age)
    {
        var group = consumer.ConsumerGroup;
        var events = $"{count} {(count == 1 ? "event" : "events")}{(age is { } a ? $", the oldest {Say(a)} old" : string.Empty)}";
        if (context.Generation.Spec.Kafka.InitialOffset is { } chosen)
        {
            return CheckResult.Warning(name, $"Group {group} has no committed offsets on {place} ({events}); spec.kafka.initialOffset: {chosen} decides about them.");
        }

        return age < FirstCommit
            ? CheckResult.Unknown(name, $"Group {group} has not committed an offset on {place} yet ({events}).")
            : CheckResult.Failed(
                name,
                $"Group {group} has no committed offsets on {place}, which holds {events}. If the service's own client has another group, name it in "
                + $"spec.kafka.consumerGroups.{consumer.Field}; else set spec.kafka.initialOffset: oldest handles them all, newest none.");
    }

    /// <summary>Coarse, so that status is not written anew each time.</summary>
    private static string Say(TimeSpan age) => age switch
    {
        { TotalDays: >= 2 } => $"{age.TotalDays:0} days",
        { TotalHours: >= 2 } => $"{age.TotalHours:0} hours",
        { TotalMinutes: >= 2 } => $"{age.TotalMinutes:0} minutes",
        _ => "less than 2 minutes",
    };
}

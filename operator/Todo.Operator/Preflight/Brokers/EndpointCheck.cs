using Todo.Operator.Decisions;
using Todo.Operator.Preflight.Wire;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight.Brokers;

/// <summary>
/// What an edit of an endpoint means. An address that stays tells that it is the same broker, whose settings are changed in place; else it is another broker, and a move.
/// Another broker has to be another one indeed (one consumer group cannot listen twice), and the services' own client goes to no other by itself.
/// </summary>
public sealed class EndpointCheck(BrokerAccess access) : IPreflightCheck
{
    /// <inheritdoc/>
    public string Name => "endpoint";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var observed = context.Observed;
        List<CheckResult> results = [.. Settings(observed), .. OwnClient(context)];
        if (observed.Wanted.AnyDapr)
        {
            results.AddRange(await Task.WhenAll(InUse(observed).Select(b => CompareAsync(context, b, cancellationToken))));
        }

        return results.Count > 0 ? results : [CheckResult.Passed(Name, "No broker in use gets other settings.")];
    }

    private IEnumerable<CheckResult> Settings(Observed observed)
    {
        var stale = observed.Objects.Where(o => o is { Current: false, Deleting: false, Key: { Kind: GeneratedKind.Component, Broker: not null } } && o.Key.Broker == observed.Wanted.Broker).ToList();
        if (stale.Count > 0)
        {
            var broker = observed.Wanted.Broker.Name();
            yield return CheckResult.Passed(
                $"{Name}/settings", $"It stays the same {broker}: the new settings are put into {string.Join(", ", stale.Select(o => o.Key.Name))} in place, one app at a time.");
        }
    }

    /// <summary>Services that are to use their own client: it goes where the Deployments say, not where the spec says.</summary>
    private IEnumerable<CheckResult> OwnClient(PreflightContext context)
    {
        var (observed, kafka) = (context.Observed, context.Generation.Spec.Kafka);
        if (!observed.Wanted.AnyDirect || observed.Wanted.Broker == observed.Names.Direct)
        {
            yield break;
        }

        var own = observed.Memory.OwnClient;
        if (BrokerEndpoint.Of(kafka).Meets(own))
        {
            yield return CheckResult.Passed($"{Name}/own-client", $"The services' own client is given {string.Join(",", own)}.");
            yield break;
        }

        yield return CheckResult.Failed(
            $"{Name}/own-client",
            $"spec.kafka.brokers ({string.Join(",", kafka.Brokers)}) is another Kafka than that of the services' own client ({(own.Count == 0 ? observed.Names.Direct.Name() : string.Join(",", own))}), "
            + "which cannot listen on two. Go through Dapr: first useDapr: true, which moves everything to the new Kafka and drains the old one; then set KAFKA_BOOTSTRAP_SERVERS of the "
            + "Deployments to it; then useDapr: false. To stay on the old one, set spec.kafka.brokers back.");
    }

    /// <summary>Other brokers of the wanted one's kind that something still goes through.</summary>
    private static IEnumerable<Broker> InUse(Observed observed) => observed.Endpoints.Keys.Where(b =>
        b != observed.Wanted.Broker && b.Kind == observed.Wanted.Broker.Kind
        && (observed.Memory.Target?.Broker == b || observed.Objects.Any(o => o.Key.Broker == b)));

    private async Task<CheckResult> CompareAsync(PreflightContext context, Broker other, CancellationToken cancellationToken)
    {
        var name = $"{Name}/{other.Name()}";
        var (wanted, present) = (context.Observed.Endpoints[context.Observed.Wanted.Broker], context.Observed.Endpoints[other]);
        var (field, addresses) = (wanted.Kafka is null ? "spec.redis.host" : "spec.kafka.brokers", string.Join(",", present.Addresses));
        try
        {
            var ids = await Task.WhenAll(IdentityAsync(context, wanted, cancellationToken), IdentityAsync(context, present, cancellationToken));
            return Array.Exists(ids, i => string.IsNullOrEmpty(i)) ? NotAsked(name, field, addresses, $"one of them tells no {(wanted.Kafka is null ? "run id" : "cluster id")}")
                : ids[0] != ids[1] ? CheckResult.Passed(name, $"Another {(wanted.Kafka is null ? "Redis" : "Kafka")} than {addresses}, which is drained.")
                : CheckResult.Failed(name, $"{field} leads to the same {(wanted.Kafka is null ? "Redis" : "Kafka")} as {addresses}, by other addresses, and its consumer groups cannot listen twice. {Advice(wanted)}");
        }
        catch (Exception e) when (e is WireFailure or MissingSecretException)
        {
            return NotAsked(name, field, addresses, e.Message.TrimEnd('.'));
        }
    }

    private static CheckResult NotAsked(string name, string field, string addresses, string why) =>
        CheckResult.Warning(name, $"Whether {field} leads to another broker than {addresses} could not be asked ({why}). What is open there is sent again over the new one.");

    private static string Advice(BrokerEndpoint wanted) => wanted.Kafka is null
        ? "Move to Kafka first, change it, then move back."
        : "Keep one of these addresses in the list, beside the new ones: then only settings are changed, in place. Take it out by a second edit.";

    private async Task<string?> IdentityAsync(PreflightContext context, BrokerEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint.Kafka is { } spec)
        {
            await using var kafka = await access.KafkaAsync(context.Generation.Namespace, spec, cancellationToken);
            return (await kafka.DescribeAsync([], cancellationToken)).ClusterId;
        }

        await using var redis = await access.RedisAsync(context.Generation.Namespace, endpoint.Redis!, cancellationToken);
        var info = (await redis.AskAsync(cancellationToken, "INFO", "server")).Text ?? string.Empty;
        return info.Split('\n', StringSplitOptions.TrimEntries).Where(l => l.StartsWith("run_id:", StringComparison.Ordinal)).FirstOrDefault();
    }
}

using Kubernetes.Client;
using Kubernetes.Client.Models;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight.Cluster;

/// <summary>
/// Every Secret and key that is referred to exists. A Component whose Secret is missing keeps new sidecars of the whole namespace from
/// starting, and running ones from seeing any other Component.
/// </summary>
public sealed class SecretCheck(IKubernetesClient client) : IPreflightCheck
{
    /// <inheritdoc/>
    public string Name => "secret";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var wanted = Needed(context.Generation.Spec, context.Observed.Wanted).GroupBy(n => n.Reference.Name, StringComparer.Ordinal).ToList();
        var results = await Task.WhenAll(wanted.Select(async group =>
        {
            var secret = await client.GetAsync<V1Secret>(context.Generation.Namespace, group.Key, cancellationToken);
            return group.Select(n => Judge(n.Field, n.Reference, secret)).ToList();
        }));
        return [.. results.SelectMany(r => r)];
    }

    private CheckResult Judge(string field, SecretReference reference, V1Secret? secret)
    {
        var name = $"{Name}/{reference.Name}.{reference.Key}";
        if (secret is null)
        {
            return CheckResult.Failed(name, $"There is no Secret {reference.Name}, which {field} names.");
        }

        return secret.Data?.TryGetValue(reference.Key, out var value) == true && value.Length > 0
            ? CheckResult.Passed(name, "Exists.")
            : CheckResult.Failed(name, $"Secret {reference.Name} has no key {reference.Key} with a value, which {field} names.");
    }

    private static IEnumerable<(string Field, SecretReference Reference)> Needed(TodoPlatformSpec spec, Goal wanted)
    {
        yield return ("spec.management.tokenSecretRef", spec.Management.TokenSecretRef);
        if (wanted.ThroughDapr(ServiceId.Notification))
        {
            yield return ("spec.stateStore.connectionString", spec.StateStore.ConnectionString);
        }

        (string Field, SecretReference? Reference, bool Used)[] brokers =
        [
            ("spec.kafka.username", spec.Kafka.Username, wanted.Broker.IsKafka),
            ("spec.kafka.password", spec.Kafka.Password, wanted.Broker.IsKafka),
            ("spec.kafka.caCert", spec.Kafka.CaCert, wanted.Broker.IsKafka),
            ("spec.kafka.clientCert", spec.Kafka.ClientCert, wanted.Broker.IsKafka),
            ("spec.kafka.clientKey", spec.Kafka.ClientKey, wanted.Broker.IsKafka),
            ("spec.redis.username", spec.Redis.Username, !wanted.Broker.IsKafka),
            ("spec.redis.password", spec.Redis.Password, !wanted.Broker.IsKafka),
        ];
        foreach (var (field, reference, used) in brokers)
        {
            if (wanted.AnyDapr && used && reference is not null)
            {
                yield return (field, reference);
            }
        }
    }
}

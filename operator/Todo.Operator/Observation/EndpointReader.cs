using System.Text.Json;
using Todo.Operator.Generation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Observation;

/// <summary>
/// Reads a broker's settings from the Components that were generated from them: status that was lost, or written by an operator that did not remember them yet, costs no
/// event that way.
/// </summary>
public static class EndpointReader
{
    /// <summary>The endpoint behind the Components of one broker; null when they are none of ours.</summary>
    public static BrokerEndpoint? Read(IReadOnlyList<(AppDefinition App, DaprComponent Component)> components)
    {
        var fields = components.Select(c => (c.App, Spec: Metadata.Of(c.Component))).Where(c => c.Spec is not null).Select(c => (c.App, Spec: c.Spec!)).ToList();
        return fields.Count == 0 ? null
            : fields[0].Spec.Type == ComponentGenerator.KafkaType ? BrokerEndpoint.Of(Kafka(fields[0].Spec) with { ConsumerGroups = Groups(fields) })
            : fields[0].Spec.Type == ComponentGenerator.RedisType ? BrokerEndpoint.Of(Redis(fields[0].Spec))
            : null;
    }

    private static KafkaSpec Kafka(Metadata m) => new()
    {
        Brokers = m.Value("brokers")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
        Auth = m.Value("authType") ?? "none",
        Mechanism = m.Value("authType") != "password" ? new KafkaSpec().Mechanism : m.Value("saslMechanism") switch { "SHA-256" => "SCRAM-SHA-256", "SHA-512" => "SCRAM-SHA-512", _ => "PLAIN" },
        Username = m.Secret("saslUsername"),
        Password = m.Secret("saslPassword"),
        Tls = m.Value("disableTls") == "false",
        CaCert = m.Secret("caCert"),
        ClientCert = m.Secret("clientCert"),
        ClientKey = m.Secret("clientKey"),
        Version = m.Value("version") ?? new KafkaSpec().Version,
        InitialOffset = m.Value("initialOffset"),
    };

    private static RedisSpec Redis(Metadata m) => new()
    {
        Host = m.Value("redisHost"),
        Username = m.Secret("redisUsername"),
        Password = m.Secret("redisPassword"),
        Tls = m.Value("enableTLS") == "true",
        ProcessingTimeout = m.Milliseconds("processingTimeout") ?? new RedisSpec().ProcessingTimeout,
        RedeliverInterval = m.Milliseconds("redeliverInterval") ?? new RedisSpec().RedeliverInterval,
    };

    private static ConsumerGroupsSpec Groups(IEnumerable<(AppDefinition App, Metadata Spec)> fields)
    {
        var groups = new ConsumerGroupsSpec();
        foreach (var (app, spec) in fields)
        {
            var group = spec.Value("consumerGroup");
            groups = (app.Id, group) switch
            {
                (ServiceId.Notification, not null) => groups with { Notification = group },
                (ServiceId.EmailDelivery, not null) => groups with { EmailDelivery = group },
                (ServiceId.RecurringTask, not null) => groups with { RecurringTask = group },
                _ => groups,
            };
        }

        return groups;
    }

    /// <summary><c>spec</c> of a Component.</summary>
    private sealed record Metadata(string Type, IReadOnlyDictionary<string, JsonElement> Items)
    {
        public static Metadata? Of(DaprComponent component) =>
            component.Spec?.Parse() is { } spec && spec.TryGetProperty("type", out var type) && spec.TryGetProperty("metadata", out var items)
                ? new Metadata(type.GetString() ?? string.Empty, items.EnumerateArray().DistinctBy(i => i.GetProperty("name").GetString()).ToDictionary(i => i.GetProperty("name").GetString()!))
                : null;

        public string? Value(string name) => Items.TryGetValue(name, out var item) && item.TryGetProperty("value", out var value) ? value.GetString() : null;

        public TimeSpan? Milliseconds(string name) => long.TryParse(Value(name), out var value) ? TimeSpan.FromMilliseconds(value) : null;

        public SecretReference? Secret(string name) => Items.TryGetValue(name, out var item) && item.TryGetProperty("secretKeyRef", out var reference)
            ? new SecretReference { Name = reference.GetProperty("name").GetString() ?? string.Empty, Key = reference.GetProperty("key").GetString() ?? string.Empty }
            : null;
    }
}

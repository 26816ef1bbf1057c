using System.Globalization;
using System.Text.Json.Nodes;
using Kubernetes.Client.Serialization;
using Todo.Operator.Decisions;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Generation;

/// <summary>
/// Components: one per app and broker, so that adding an app never reloads another's, and each app keeps the consumer group it has always
/// had. <c>ignoreErrors</c> keeps a broker that cannot be reached from ending the sidecar.
/// </summary>
internal static class ComponentGenerator
{
    /// <summary>Type of a Component over Kafka.</summary>
    public const string KafkaType = "pubsub.kafka";

    /// <summary>Type of a Component over Redis Streams.</summary>
    public const string RedisType = "pubsub.redis";

    // Connections of a Redis client beside those that its subscriptions hold while they wait: without, every publish fails.
    private const int SparePoolSize = 10;

    /// <summary>The pub/sub Component of one app over one broker.</summary>
    public static GeneratedObject PubSub(GenerationContext context, AppDefinition app, Broker broker)
    {
        var endpoint = context.Endpoints.Known[broker];
        return endpoint.Kafka is { } kafka ? Kafka(context, app, broker, kafka) : Redis(context, app, broker, endpoint.Redis!);
    }

    private static GeneratedObject Kafka(GenerationContext context, AppDefinition app, Broker broker, KafkaSpec kafka)
    {
        var metadata = new ComponentMetadata()
            .Value("brokers", string.Join(',', kafka.Brokers))
            .Value("authType", kafka.Auth)
            .Value("saslMechanism", kafka.Auth == "password" ? Mechanism(kafka.Mechanism) : null)
            .Secret("saslUsername", kafka.Auth == "password" ? kafka.Username : null)
            .Secret("saslPassword", kafka.Auth == "password" ? kafka.Password : null)
            .Flag("disableTls", !kafka.Tls)
            .Secret("caCert", kafka.CaCert)
            .Secret("clientCert", kafka.Auth == "mtls" ? kafka.ClientCert : null)
            .Secret("clientKey", kafka.Auth == "mtls" ? kafka.ClientKey : null)
            .Value("consumerGroup", PlatformTopology.GroupOf(kafka.ConsumerGroups, app.Id) ?? app.AppId)
            .Value("initialOffset", kafka.InitialOffset ?? "oldest")

            // A group stands still until its slowest member has heard of a hand-over, at its next heartbeat. Dapr's default is 3 s.
            .Value("heartbeatInterval", "500ms")
            .Value("version", kafka.Version)
            .Value("clientID", app.AppId);
        return PubSub(context, app, broker, KafkaType, metadata);
    }

    private static GeneratedObject Redis(GenerationContext context, AppDefinition app, Broker broker, RedisSpec redis)
    {
        var metadata = new ComponentMetadata()
            .Value("redisHost", redis.Host ?? string.Empty)
            .Secret("redisUsername", redis.Username)
            .Secret("redisPassword", redis.Password)
            .Flag("enableTLS", redis.Tls)
            .Value("consumerID", app.AppId)
            .Value("processingTimeout", Milliseconds(redis.ProcessingTimeout))
            .Value("redeliverInterval", Milliseconds(redis.RedeliverInterval))

            // A subscription that ends, as at each time that the app is found unhealthy, leaves its read behind with a connection of the pool until the topic has a message. Without a limit,
            // which is Dapr's default, those of quiet topics add up until nothing is published any more.
            .Value("readTimeout", "15s")
            .Value("poolSize", Number(PoolSize(context, app)));
        return PubSub(context, app, broker, RedisType, metadata);
    }

    /// <summary>Connections that one pod's sidecar may open to Redis.</summary>
    public static int PoolSize(GenerationContext context, AppDefinition app) => SparePoolSize + (2 * context.SubscribedTopics(app).Count);

    public static GeneratedObject StateStore(GenerationContext context, AppDefinition app)
    {
        var store = context.Spec.StateStore;
        var name = context.Names.StateStore(app.AppId);
        var metadata = new ComponentMetadata()
            .Secret("connectionString", store.ConnectionString)
            .Value("tablePrefix", store.TablePrefix)
            .Value("metadataTableName", store.TablePrefix + "metadata")
            .Value("cleanupInterval", DurationConverter.Format(store.CleanupInterval));
        return new GeneratedObject(
            new GeneratedKey(GeneratedKind.Component, name, app.Id),
            Component(context, app, name, "state.postgresql", "v2", metadata));
    }

    private static GeneratedObject PubSub(GenerationContext context, AppDefinition app, Broker broker, string type, ComponentMetadata metadata)
    {
        var name = context.Names.Component(broker, app.AppId);
        return new GeneratedObject(
            new GeneratedKey(GeneratedKind.Component, name, app.Id, broker),
            Component(context, app, name, type, "v1", metadata));
    }

    private static JsonObject Component(GenerationContext context, AppDefinition app, string name, string type, string version, ComponentMetadata metadata) =>
        Manifests.Object(context, "dapr.io/v1alpha1", "Component", name)
            .With("spec", new JsonObject
            {
                ["type"] = type,
                ["version"] = version,
                ["ignoreErrors"] = true,
                ["initTimeout"] = "10s",
                ["metadata"] = metadata.ToJson(),
            })
            .With("scopes", Manifests.Strings([app.AppId]));

    /// <summary>Dapr knows exactly SHA-256 and SHA-512; anything else, SCRAM-SHA-256 too, is silently PLAIN.</summary>
    private static string? Mechanism(string mechanism) => mechanism switch
    {
        "SCRAM-SHA-256" => "SHA-256",
        "SCRAM-SHA-512" => "SHA-512",
        _ => null,
    };

    /// <summary>redeliverInterval reads bare milliseconds only: "15s" would be ignored.</summary>
    private static string Milliseconds(TimeSpan value) => Number((long)value.TotalMilliseconds);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

using System.Net;
using Todo.Contracts;

namespace Todo.Messaging.Hosting;

/// <summary>What every service reads from its environment; names and meaning are those of docs/reference/service-contract.md.</summary>
public sealed record ServiceOptions
{
    /// <summary>The Dapr app-id, which is also the producer's and consumer's name in the ledger.</summary>
    public required string AppId { get; init; }

    public required IPAddress BindAddress { get; init; }
    public required int Port { get; init; }
    public required int ManagementPort { get; init; }
    public required string ManagementToken { get; init; }
    public required string PodName { get; init; }

    /// <summary>Npgsql connection string.</summary>
    public required string Database { get; init; }

    public required KafkaOptions Kafka { get; init; }
    public required DaprOptions Dapr { get; init; }
    public required DeliveryOptions Delivery { get; init; }

    /// <summary>Publish through the sidecar to <see cref="DaprOptions.PubsubName"/> instead of directly to Kafka.</summary>
    public required bool UseDapr { get; init; }

    /// <summary>Whether this pod runs the direct Kafka consumer.</summary>
    public required bool ConsumeDirect { get; init; }

    /// <summary>How long requests are still answered after SIGTERM.</summary>
    public required TimeSpan ShutdownDelay { get; init; }

    /// <summary>Name of the transport that this pod publishes to: <c>direct-kafka</c> or the Component's name.</summary>
    public string PublishesTo => UseDapr ? Dapr.PubsubName! : TransportNames.DirectKafka;

    /// <exception cref="InvalidSettingException">A variable is missing or malformed.</exception>
    public static ServiceOptions Read(SettingsReader settings, string appId, int defaultPort)
    {
        var useDapr = settings.Flag("USE_DAPR", false);
        var any = settings.Optional("BIND_ADDRESS") is null;
        return new()
        {
            AppId = appId,
            UseDapr = useDapr,
            ConsumeDirect = settings.Flag("CONSUME_DIRECT", !useDapr),
            BindAddress = any ? IPAddress.Any : settings.Address("BIND_ADDRESS", IPAddress.Any),
            Port = settings.Port("PORT", defaultPort),
            ManagementPort = settings.Port("MANAGEMENT_PORT", 8090),
            ManagementToken = settings.Required("MANAGEMENT_TOKEN"),
            PodName = settings.Line("POD_NAME") ?? Environment.MachineName,
            Database = DatabaseAddress.Parse(settings.Required(DatabaseAddress.Variable), appId),
            Kafka = KafkaOptions.Read(settings, appId),
            Dapr = DaprOptions.Read(settings, useDapr),
            Delivery = DeliveryOptions.Read(settings),
            ShutdownDelay = settings.Duration("SHUTDOWN_DELAY", TimeSpan.FromSeconds(2)),
        };
    }
}

/// <summary>Connection to Kafka, in librdkafka's terms.</summary>
public sealed record KafkaOptions(
    string BootstrapServers, string SecurityProtocol, string? SaslMechanism, string? SaslUsername, string? SaslPassword, string ConsumerGroup)
{
    internal static KafkaOptions Read(SettingsReader settings, string appId)
    {
        var protocol = settings.OneOf("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT", "PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");
        var sasl = protocol.StartsWith("SASL", StringComparison.Ordinal);
        return new(
            settings.Brokers("KAFKA_BOOTSTRAP_SERVERS"),
            protocol,
            sasl ? settings.OneOf("KAFKA_SASL_MECHANISM", "PLAIN", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512") : null,
            sasl ? settings.Required("KAFKA_SASL_USERNAME") : null,
            sasl ? settings.Required("KAFKA_SASL_PASSWORD") : null,
            settings.Line("KAFKA_CONSUMER_GROUP") ?? ConsumerGroups.Of(appId));
    }
}

/// <summary>Connection to this pod's sidecar.</summary>
/// <param name="Injected">Whether a sidecar is to be expected at all.</param>
/// <param name="ApiToken">Sent to the sidecar as <c>dapr-api-token</c>.</param>
/// <param name="AppApiToken">Expected from the sidecar as <c>dapr-api-token</c>.</param>
public sealed record DaprOptions(Uri Endpoint, bool Injected, string? PubsubName, string? ApiToken, string? AppApiToken)
{
    internal static DaprOptions Read(SettingsReader settings, bool useDapr)
    {
        var port = settings.Port("DAPR_HTTP_PORT", 3500);
        var injected = settings.Optional("DAPR_HTTP_PORT") is not null || settings.Optional("DAPR_HTTP_ENDPOINT") is not null;
        return new(
            settings.HttpUri("DAPR_HTTP_ENDPOINT", new Uri($"http://127.0.0.1:{port}")),
            injected || useDapr,
            settings.Name("PUBSUB_NAME") ?? (useDapr ? settings.Required("PUBSUB_NAME") : null),
            settings.Line("DAPR_API_TOKEN"),
            settings.Line("APP_API_TOKEN"));
    }
}

/// <summary>How deliveries are tried, given up and remembered.</summary>
/// <param name="MaxRetries">Failed attempts of a handler after which a delivery is dead.</param>
/// <param name="HandlerTimeout">Longest time for one attempt.</param>
/// <param name="DeadLetterTopic">Prefix of each consumer's dead-letter topic.</param>
/// <param name="ReconcileAfter">Age of an open event on a transport that is no longer current, after which it is sent again.</param>
/// <param name="Retention">How long closed deliveries are kept; an older event is recorded as expired and never executed.</param>
public sealed record DeliveryOptions(int MaxRetries, TimeSpan HandlerTimeout, string DeadLetterTopic, TimeSpan ReconcileAfter, TimeSpan Retention)
{
    public string DeadLetterTopicOf(string consumer) => $"{DeadLetterTopic}.{consumer}";

    internal static DeliveryOptions Read(SettingsReader settings) => new(
        settings.Number("DELIVERY_MAX_RETRIES", 3, 1, 1000),
        settings.Duration("DELIVERY_HANDLER_TIMEOUT", TimeSpan.FromSeconds(10)),
        settings.Name("DELIVERY_DEAD_LETTER_TOPIC") ?? "task-events-dlq",
        settings.Duration("RECONCILE_AFTER", TimeSpan.FromMinutes(2)),
        settings.Duration("LEDGER_RETENTION", TimeSpan.FromDays(14)));
}

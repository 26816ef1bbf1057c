using Confluent.Kafka;
using LocalCluster.Sidecar.Components;

namespace LocalCluster.Sidecar.PubSub.Kafka;

/// <summary>Metadata of <c>pubsub.kafka</c>, translated to librdkafka's settings. Unknown keys are ignored, as in Dapr.</summary>
internal sealed record KafkaSettings
{
    public required ClientConfig Client { get; init; }

    public required string ConsumerGroup { get; init; }

    public AutoOffsetReset InitialOffset { get; init; }

    public TimeSpan SessionTimeout { get; init; }

    public TimeSpan HeartbeatInterval { get; init; }

    public PartitionAssignmentStrategy Assignment { get; init; }

    public CompressionType Compression { get; init; }

    public Acks Acks { get; init; }

    public int MaxMessageBytes { get; init; }

    /// <summary>False: a message that failed is skipped.</summary>
    public bool RetryFailed { get; init; }

    /// <summary>Pause between two attempts of the component itself, after Resiliency has given up.</summary>
    public TimeSpan RetryPause { get; init; }

    /// <summary>Attempts of the component itself; -1 = for ever. A finite number skips the message at its end.</summary>
    public long RetryLimit { get; init; }

    /// <exception cref="ComponentInitException">A value is missing or malformed.</exception>
    public static KafkaSettings From(ComponentMetadata metadata, string appId)
    {
        var client = new ClientConfig
        {
            BootstrapServers = metadata.Required("brokers"),
            ClientId = metadata.Text("clientID") ?? "sarama",
            // A broker that comes back is noticed within a second, and errors are reported by the calls that meet them.
            ReconnectBackoffMs = 50,
            ReconnectBackoffMaxMs = 1000,
            SocketNagleDisable = true,
            LogConnectionClose = false,
            TopicMetadataRefreshSparse = true,
        };
        Secure(client, metadata);

        // Dapr's own figures: a bare number is seconds, but milliseconds in the settings of the retries.
        var (seconds, milliseconds) = (TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1));
        return new KafkaSettings
        {
            Client = client,
            ConsumerGroup = metadata.Text("consumerGroup") ?? metadata.Text("consumerID") ?? appId,
            InitialOffset = (metadata.Text("initialOffset") ?? "newest") switch
            {
                "oldest" => AutoOffsetReset.Earliest,
                "newest" => AutoOffsetReset.Latest,
                var other => throw new ComponentInitException($"kafka error: invalid initialOffset: {other}"),
            },
            SessionTimeout = metadata.Duration("sessionTimeout", TimeSpan.FromSeconds(10), seconds),
            HeartbeatInterval = metadata.Duration("heartbeatInterval", TimeSpan.FromSeconds(3), seconds),
            Assignment = metadata.Text("consumerGroupRebalanceStrategy") == "roundrobin"
                ? PartitionAssignmentStrategy.RoundRobin
                : PartitionAssignmentStrategy.Range,
            Compression = Enum.TryParse<CompressionType>(metadata.Text("compression") ?? "none", ignoreCase: true, out var compression)
                ? compression
                : throw new ComponentInitException($"kafka error: invalid compression: {metadata.Text("compression")}"),
            Acks = (metadata.Text("producerRequiredAcks") ?? "all") switch
            {
                "all" or "-1" => Acks.All,
                "1" or "local" => Acks.Leader,
                "0" or "none" => Acks.None,
                var other => throw new ComponentInitException($"kafka error: invalid producerRequiredAcks: {other}"),
            },
            MaxMessageBytes = metadata.Number("maxMessageBytes", 0) is > 0 and var bytes ? (int)bytes : 1 << 20,
            RetryFailed = metadata.Flag("consumeRetryEnabled", true),
            RetryPause = metadata.Duration("backOffDuration", TimeSpan.FromSeconds(5), milliseconds),
            RetryLimit = metadata.Number("backOffMaxRetries", -1),
        };
    }

    private static void Secure(ClientConfig client, ComponentMetadata metadata)
    {
        var auth = metadata.Required("authType").ToLowerInvariant();
        var tls = auth != "none" && !metadata.Flag("disableTls", false);
        switch (auth)
        {
            case "none":
                break;
            case "password":
                client.SaslUsername = metadata.Required("saslUsername");
                client.SaslPassword = metadata.Required("saslPassword");
                // Any other spelling, "SCRAM-SHA-256" for one, silently means PLAIN.
                client.SaslMechanism = metadata.Text("saslMechanism") switch
                {
                    "SHA-256" => SaslMechanism.ScramSha256,
                    "SHA-512" => SaslMechanism.ScramSha512,
                    _ => SaslMechanism.Plain,
                };
                break;
            case "mtls" or "certificate":
                client.SslCertificatePem = metadata.Text("clientCert");
                client.SslKeyPem = metadata.Text("clientKey");
                break;
            default:
                throw new ComponentInitException($"kafka error: invalid value for 'authType' attribute: {auth}");
        }

        client.SecurityProtocol = (tls, auth == "password") switch
        {
            (false, false) => SecurityProtocol.Plaintext,
            (false, true) => SecurityProtocol.SaslPlaintext,
            (true, false) => SecurityProtocol.Ssl,
            (true, true) => SecurityProtocol.SaslSsl,
        };
        if (tls)
        {
            client.EnableSslCertificateVerification = !metadata.Flag("skipVerify", false);
            if (metadata.Text("caCert") is { } authority)
            {
                client.Set("ssl.ca.pem", authority);
            }
        }
    }
}

using Confluent.Kafka;
using Todo.Messaging.Hosting;

namespace Todo.Messaging.Transports.Kafka;

/// <summary>librdkafka's settings, in one place.</summary>
internal static class KafkaSettings
{
    /// <summary>After this long without an acknowledgement a message counts as failed, whatever became of it.</summary>
    public static TimeSpan PublishTimeout { get; } = TimeSpan.FromSeconds(10);

    public static ProducerConfig Producer(ServiceOptions options)
    {
        var config = With(new ProducerConfig
        {
            Acks = Acks.All,
            EnableIdempotence = true,
            LingerMs = 0.5,
            MessageTimeoutMs = (int)PublishTimeout.TotalMilliseconds,
            RetryBackoffMs = 50,
        }, options);
        // The partitioner of Dapr's client: an event of one key goes to the same partition over either.
        config.Set("partitioner", "fnv1a_random");
        return config;
    }

    public static ConsumerConfig Consumer(ServiceOptions options) => With(new ConsumerConfig
    {
        GroupId = options.Kafka.ConsumerGroup,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        // Offsets are stored after an event was handled; what is stored is committed twice a second, at a rebalance and at the end.
        EnableAutoOffsetStore = false,
        EnableAutoCommit = true,
        AutoCommitIntervalMs = 200,
        PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range,
        SessionTimeoutMs = 6000,
        HeartbeatIntervalMs = 500,
        FetchWaitMaxMs = 250,
        FetchErrorBackoffMs = 100,
        QueuedMinMessages = 500,
        EnablePartitionEof = false,
        AllowAutoCreateTopics = false,
    }, options);

    /// <summary>A client that asks for positions of a group without being a member of it.</summary>
    public static ConsumerConfig Positions(ServiceOptions options) =>
        With(new ConsumerConfig { GroupId = options.Kafka.ConsumerGroup, EnableAutoCommit = false }, options);

    public static AdminClientConfig Admin(ServiceOptions options) => With(new AdminClientConfig(), options);

    private static T With<T>(T config, ServiceOptions options)
        where T : ClientConfig
    {
        var kafka = options.Kafka;
        config.BootstrapServers = kafka.BootstrapServers;
        config.ClientId = options.AppId;
        config.SecurityProtocol = kafka.SecurityProtocol switch
        {
            "SSL" => SecurityProtocol.Ssl,
            "SASL_PLAINTEXT" => SecurityProtocol.SaslPlaintext,
            "SASL_SSL" => SecurityProtocol.SaslSsl,
            _ => SecurityProtocol.Plaintext,
        };
        config.SaslMechanism = kafka.SaslMechanism switch
        {
            "PLAIN" => SaslMechanism.Plain,
            "SCRAM-SHA-256" => SaslMechanism.ScramSha256,
            "SCRAM-SHA-512" => SaslMechanism.ScramSha512,
            _ => null,
        };
        config.SaslUsername = kafka.SaslUsername;
        config.SaslPassword = kafka.SaslPassword;
        config.SocketNagleDisable = true;
        config.SocketKeepaliveEnable = true;
        config.ReconnectBackoffMs = 50;
        config.ReconnectBackoffMaxMs = 1000;
        config.TopicMetadataRefreshIntervalMs = 10_000;
        // Losing a broker is reported once by the error handler; a line per connection is noise.
        config.LogConnectionClose = false;
        return config;
    }
}

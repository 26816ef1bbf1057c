using Confluent.Kafka;
using LocalCluster.Sidecar.Components;
using LocalCluster.Sidecar.PubSub.Kafka;
using LocalCluster.Sidecar.PubSub.Redis;
using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.Tests.Units;

/// <summary>Defaults and traps of the components' metadata.</summary>
public sealed class ComponentSettingsTests
{
    [Theory]
    [InlineData("SHA-256", SaslMechanism.ScramSha256)]
    [InlineData("SHA-512", SaslMechanism.ScramSha512)]
    [InlineData("SCRAM-SHA-256", SaslMechanism.Plain)]
    [InlineData("sha-256", SaslMechanism.Plain)]
    public void Any_other_spelling_of_a_sasl_mechanism_is_plain_without_a_word(string text, SaslMechanism expected)
    {
        var settings = Kafka(("authType", "password"), ("saslUsername", "u"), ("saslPassword", "p"), ("saslMechanism", text));
        Assert.Equal(expected, settings.Client.SaslMechanism);
        Assert.Equal(SecurityProtocol.SaslSsl, settings.Client.SecurityProtocol);
    }

    [Fact]
    public void The_auth_type_sasl_does_not_exist() =>
        Assert.Contains("authType", Assert.Throws<ComponentInitException>(() => Kafka(("authType", "sasl"))).Message, StringComparison.Ordinal);

    [Fact]
    public void TLS_is_on_with_every_auth_type_but_none_and_enableTLS_is_ignored()
    {
        Assert.Equal(SecurityProtocol.Plaintext, Kafka(("enableTLS", "true")).Client.SecurityProtocol);
        Assert.Equal(SecurityProtocol.Ssl, Kafka(("authType", "mtls")).Client.SecurityProtocol);
        Assert.Equal(SecurityProtocol.Plaintext, Kafka(("authType", "mtls"), ("disableTls", "true")).Client.SecurityProtocol);
    }

    [Fact]
    public void Kafka_reads_a_bare_number_as_seconds_but_in_its_retries_as_milliseconds()
    {
        var settings = Kafka(("sessionTimeout", "6"), ("heartbeatInterval", "500ms"), ("backOffDuration", "200"));
        Assert.Equal(TimeSpan.FromSeconds(6), settings.SessionTimeout);
        Assert.Equal(TimeSpan.FromSeconds(0.5), settings.HeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(0.2), settings.RetryPause);
    }

    [Fact]
    public void The_group_is_consumerGroup_then_consumerID_then_the_app()
    {
        Assert.Equal("group", Kafka(("consumerID", "id"), ("consumerGroup", "group")).ConsumerGroup);
        Assert.Equal("id", Kafka(("consumerID", "id")).ConsumerGroup);
        Assert.Equal("app", Kafka().ConsumerGroup);
        Assert.Equal("id", Redis(("consumerID", "id")).ConsumerId);
        Assert.Equal("app", Redis().ConsumerId);
    }

    [Fact]
    public void A_new_kafka_group_begins_at_the_end_unless_oldest_is_written()
    {
        Assert.Equal(AutoOffsetReset.Latest, Kafka().InitialOffset);
        Assert.Equal(AutoOffsetReset.Earliest, Kafka(("initialOffset", "oldest")).InitialOffset);
    }

    [Fact]
    public void Kafka_tries_again_every_five_seconds_for_ever_unless_told_otherwise()
    {
        Assert.Equal((true, TimeSpan.FromSeconds(5), -1L), (Kafka().RetryFailed, Kafka().RetryPause, Kafka().RetryLimit));
        Assert.Equal(Acks.All, Kafka().Acks);
    }

    [Fact]
    public void Redis_has_a_minute_to_process_ten_connections_per_processor_and_trims_nothing()
    {
        var settings = Redis();
        Assert.Equal(TimeSpan.FromSeconds(60), settings.ProcessingTimeout);
        Assert.Equal(TimeSpan.FromSeconds(15), settings.RedeliverInterval);
        Assert.Equal(10 * Environment.ProcessorCount, settings.PoolSize);
        Assert.Equal((0L, TimeSpan.Zero), (settings.MaxLenApprox, settings.StreamTtl));
    }

    [Theory]
    [InlineData("processingTimeout", "3s", 3000, 15_000)]
    [InlineData("processingTimeout", "3000", 3000, 15_000)]
    [InlineData("redeliverInterval", "1000", 60_000, 1000)]
    [InlineData("redeliverInterval", "1s", 60_000, 15_000)]
    public void Redis_reads_one_of_its_durations_with_a_unit_and_the_other_without(string name, string value, int processing, int redeliver)
    {
        var settings = Redis((name, value));
        Assert.Equal((processing, redeliver), ((int)settings.ProcessingTimeout.TotalMilliseconds, (int)settings.RedeliverInterval.TotalMilliseconds));
    }

    private static KafkaSettings Kafka(params (string Name, string Value)[] metadata) =>
        KafkaSettings.From(Metadata([("brokers", "kafka:9092"), ("authType", "none"), .. metadata]), "app");

    private static RedisPubSubSettings Redis(params (string Name, string Value)[] metadata) =>
        RedisPubSubSettings.From(Metadata([("redisHost", "redis:6379"), .. metadata]), "app");

    /// <summary>Of a key that is given twice the last one counts.</summary>
    private static ComponentMetadata Metadata(IEnumerable<(string Name, string Value)> items) => new(
        new ComponentSpec("c", "t", "v1", [.. items.Select(item => KeyValuePair.Create(item.Name, item.Value))], null, false, TimeSpan.Zero, [], ""));
}

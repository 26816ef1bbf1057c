using System.Globalization;
using System.Text;
using Confluent.Kafka;
using LocalCluster.Sidecar.Components;
using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.PubSub.Kafka;

/// <summary>
/// <c>pubsub.kafka</c>. One producer, kept warm, and one member of the consumer group for all subscribed topics: adding or
/// removing a topic is a rebalance.
/// </summary>
internal sealed class KafkaPubSub : IPubSub
{
    private readonly IProducer<byte[]?, byte[]> _producer;
    private readonly KafkaConsumer _consumer;

    private KafkaPubSub(IProducer<byte[]?, byte[]> producer, KafkaConsumer consumer)
    {
        _producer = producer;
        _consumer = consumer;
    }

    /// <summary>Connects the producer and asks for the cluster's metadata, so that the first publish is as fast as the others.</summary>
    /// <exception cref="ComponentInitException">No broker answers within the init timeout.</exception>
    public static async Task<KafkaPubSub> OpenAsync(KafkaSettings settings, TimeSpan timeout, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        var config = new ProducerConfig(new ClientConfig(settings.Client.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal)))
        {
            Acks = settings.Acks,
            CompressionType = settings.Compression,
            LingerMs = 0,
            MessageMaxBytes = settings.MaxMessageBytes,
            MessageTimeoutMs = 10_000,
            MessageSendMaxRetries = 5,
            RetryBackoffMs = 100,
            EnableIdempotence = false,
            DeliveryReportFields = "none",
        };
        // Sarama's partitioner: the same key goes to the same partition whoever writes it.
        config.Set("partitioner", "fnv1a_random");
        var producer = new ProducerBuilder<byte[]?, byte[]>(config)
            .SetLogHandler((_, message) => KafkaLog.Librdkafka(log, message.Facility, message.Message))
            .SetErrorHandler((_, error) => KafkaLog.ClientError(log, error.Reason))
            .Build();
        try
        {
            using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
            await Task.Run(() => admin.GetMetadata(timeout), cancellation);
        }
        catch (KafkaException error)
        {
            producer.Dispose();
            throw new ComponentInitException($"kafka: no broker of {settings.Client.BootstrapServers} answers: {error.Error.Reason}", error);
        }

        return new KafkaPubSub(producer, new KafkaConsumer(settings, time, log));
    }

    public async Task PublishAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        var record = new Message<byte[]?, byte[]> { Value = message.Data.ToArray(), Headers = [] };
        var partition = Partition.Any;
        foreach (var (name, value) in message.Metadata)
        {
            record.Headers.Add(name, Encoding.UTF8.GetBytes(value));
            if (name.Equals("partitionKey", StringComparison.OrdinalIgnoreCase))
            {
                record.Key = Encoding.UTF8.GetBytes(value);
            }
            else if (name.Equals("partitionNumber", StringComparison.OrdinalIgnoreCase))
            {
                partition = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? new Partition(number)
                    : throw new PubSubException($"kafka error: invalid partitionNumber: {value}");
            }
        }

        try
        {
            await _producer.ProduceAsync(new TopicPartition(message.Topic, partition), record, cancellation);
        }
        catch (KafkaException error)
        {
            throw new PubSubException($"kafka: error publishing to {message.Topic}: {error.Error.Reason}", error);
        }
        catch (ObjectDisposedException error)
        {
            throw new PubSubException("kafka: client is closed", error);
        }
    }

    public Task<ITopicFeed> SubscribeAsync(SubscriptionSpec subscription, MessageHandler handler, CancellationToken cancellation) =>
        Task.FromResult<ITopicFeed>(_consumer.Add(subscription.Topic, handler));

    public async ValueTask DisposeAsync()
    {
        await _consumer.DisposeAsync();
        await Task.Run(() => _producer.Flush(TimeSpan.FromSeconds(2)));
        _producer.Dispose();
    }
}

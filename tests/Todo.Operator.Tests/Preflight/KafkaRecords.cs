using Confluent.Kafka;
using LocalCluster.Kafka;

namespace Todo.Operator.Tests.Preflight;

/// <summary>A broker as its clients leave it behind.</summary>
internal static class KafkaRecords
{
    public static async Task ProduceAsync(KafkaBroker broker, string topic, int partition, DateTimeOffset at, int count)
    {
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = broker.BootstrapServers }).Build();
        for (var i = 0; i < count; i++)
        {
            await producer.ProduceAsync(new TopicPartition(topic, partition), new Message<Null, string> { Value = "{}", Timestamp = new Timestamp(at.AddSeconds(i)) });
        }
    }

    public static async Task CommitAsync(KafkaBroker broker, string group, string topic, int partition, long offset)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = broker.BootstrapServers, GroupId = group }).Build();
        consumer.Assign(new TopicPartition(topic, partition));
        await Task.Run(() => consumer.Commit([new TopicPartitionOffset(topic, partition, offset)]));
        consumer.Close();
    }
}

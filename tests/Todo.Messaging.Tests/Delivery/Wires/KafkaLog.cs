using System.Text;
using Confluent.Kafka;
using LocalCluster.Kafka;
using Todo.Contracts;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Delivery.Wires;

internal sealed class KafkaLog(TestWorld world, string consumer) : IBrokerLog
{
    // Not before a service was started, which says where librdkafka is.
    private readonly Lazy<IProducer<string?, byte[]>> _producer =
        new(() => new ProducerBuilder<string?, byte[]>(new ProducerConfig { BootstrapServers = world.Kafka!.BootstrapServers }).SetLogHandler((_, _) => { }).Build());

    public string Address => world.Kafka!.BootstrapServers;

    public async Task AppendAsync(string topic, string body, int slot = 0)
    {
        var partitions = PartitionsOf(topic).Count;
        await _producer.Value.ProduceAsync(new TopicPartition(topic, slot % partitions), new() { Key = "k" + slot, Value = Encoding.UTF8.GetBytes(body) });
    }

    public Task<IReadOnlyList<string>> ReadAsync(string topic) => Task.Run<IReadOnlyList<string>>(() =>
    {
        var partitions = PartitionsOf(topic);
        var missing = partitions.Sum(x => x.EndOffset - x.StartOffset);
        using var reader = new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig
        {
            BootstrapServers = world.Kafka!.BootstrapServers, GroupId = "reader-" + Guid.NewGuid(), EnableAutoCommit = false,
        }).Build();
        reader.Assign(partitions.Select(x => new TopicPartitionOffset(topic, x.Partition, x.StartOffset)));
        var events = new List<string>();
        while (events.Count < missing)
        {
            var record = reader.Consume(TimeSpan.FromSeconds(15));
            Assert.NotNull(record);
            events.Add(Encoding.UTF8.GetString(record.Message.Value));
        }

        return events;
    });

    public Task<long> UnacknowledgedAsync(string topic)
    {
        var group = world.Kafka!.Groups().SingleOrDefault(x => x.Id == ConsumerGroups.Of(consumer));
        return Task.FromResult(PartitionsOf(topic).Sum(x =>
            x.EndOffset - (group?.Offsets.FirstOrDefault(o => o.Topic == topic && o.Partition == x.Partition)?.Committed ?? x.StartOffset)));
    }

    public ValueTask DisposeAsync()
    {
        if (_producer.IsValueCreated)
        {
            _producer.Value.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private IReadOnlyList<PartitionState> PartitionsOf(string topic) => world.Kafka!.Topics().SingleOrDefault(x => x.Name == topic)?.Partitions ?? [];
}

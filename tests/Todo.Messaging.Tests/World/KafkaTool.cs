using System.Text;
using Confluent.Kafka;

namespace Todo.Messaging.Tests.World;

/// <summary>Kafka as somebody else uses it.</summary>
internal static class KafkaTool
{
    public static async Task ProduceAsync(TestWorld world, string topic, string? key, string value)
    {
        using var producer = new ProducerBuilder<string?, byte[]>(new ProducerConfig { BootstrapServers = world.Kafka!.BootstrapServers }).Build();
        await producer.ProduceAsync(topic, new() { Key = key, Value = Encoding.UTF8.GetBytes(value) });
    }

    public static Task<string> ConsumeOneAsync(TestWorld world, string topic) => Task.Run(() =>
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = world.Kafka!.BootstrapServers,
            GroupId = "test-" + Guid.NewGuid(),
            AutoOffsetReset = AutoOffsetReset.Earliest,
            TopicMetadataRefreshIntervalMs = 500,
        }).Build();
        consumer.Subscribe(topic);
        var record = consumer.Consume(TimeSpan.FromSeconds(15));
        Assert.NotNull(record);
        consumer.Close();
        return Encoding.UTF8.GetString(record.Message.Value);
    });
}

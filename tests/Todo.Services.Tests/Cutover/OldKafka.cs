using System.Runtime.CompilerServices;
using System.Text;
using Confluent.Kafka;
using LocalCluster.Dependencies;
using Todo.Messaging.Publishing;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Cutover;

/// <summary>The broker that the Python system leaves behind, with what its clients do to it.</summary>
internal sealed class OldKafka : IAsyncDisposable
{
    private readonly Daemon _broker;

    private OldKafka(Daemon broker, Endpoint address)
    {
        _broker = broker;
        Address = address;
    }

    public Endpoint Address { get; }

    public static async Task<OldKafka> StartAsync(Servers servers)
    {
        // Confluent.Kafka finds the system's library through the messaging layer, which has not run in this process yet.
        RuntimeHelpers.RunModuleConstructor(typeof(IOutbox).Module.ModuleHandle);
        var address = Addresses.Next(9092);
        return new(await servers.StartKafkaAsync(address), address);
    }

    /// <summary>Publishes in this order, with the task's number as key, as both modes did.</summary>
    public async Task ProduceAsync(string topic, params (long Task, string Body)[] events)
    {
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = $"{Address}" }).Build();
        foreach (var (task, body) in events)
        {
            await producer.ProduceAsync(topic, new() { Key = $"{task}", Value = Encoding.UTF8.GetBytes(body) });
        }
    }

    /// <summary>The old service: takes so many events from a topic of one partition, commits them and leaves.</summary>
    public Task ConsumeAsync(string group, string topic, int count) => Task.Run(() =>
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = $"{Address}",
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        }).Build();
        consumer.Subscribe(topic);
        for (var i = 0; i < count; i++)
        {
            var record = consumer.Consume(TimeSpan.FromSeconds(30));
            Assert.NotNull(record);
            consumer.Commit(record);
        }

        consumer.Close();
    });

    /// <summary>Events of the topic that the group has not committed.</summary>
    public Task<long> LagAsync(string group, string topic, int partitions) => Task.Run(() =>
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig { BootstrapServers = $"{Address}", GroupId = group }).Build();
        var all = Enumerable.Range(0, partitions).Select(x => new TopicPartition(topic, x)).ToList();
        return consumer.Committed(all, TimeSpan.FromSeconds(10)).Sum(x =>
        {
            var end = consumer.QueryWatermarkOffsets(x.TopicPartition, TimeSpan.FromSeconds(10)).High.Value;
            return x.Offset.IsSpecial ? end : end - x.Offset.Value;
        });
    });

    public ValueTask DisposeAsync() => _broker.DisposeAsync();
}

using Confluent.Kafka;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

public sealed class RetentionTests
{
    [Fact]
    public async Task Bytes_above_the_limit_go_oldest_first_and_the_low_watermark_says_so()
    {
        await using var test = await StartAsync();
        test.Broker.CreateTopic("t", 1, new Dictionary<string, string> { ["retention.bytes"] = "20000", ["segment.bytes"] = "5000" });
        using var producer = Client.Producer(test.Address);
        for (var i = 0; i < 100; i++)
        {
            await producer.ProduceAsync("t", new Message<string, string> { Key = "k", Value = new string('x', 1000) });
        }

        PartitionState Partition() => test.Broker.Topics().Single().Partitions[0];
        await Eventually.HoldsAsync(() => Partition().Bytes is >= 20000 and < 24000, () => Partition().ToString());
        using var consumer = Client.Consumer(test.Address, "g");
        var low = consumer.QueryWatermarkOffsets(new TopicPartition("t", 0), TimeSpan.FromSeconds(5)).Low.Value;
        consumer.Subscribe("t");

        Assert.Equal(Partition().StartOffset, low);
        Assert.Equal(low, consumer.Take(1)[0].Offset.Value);
    }

    [Fact]
    public async Task Old_records_go_and_offsets_are_not_used_again_even_after_a_restart()
    {
        await using var test = await StartAsync();
        test.Broker.CreateTopic("t", 1, new Dictionary<string, string> { ["retention.ms"] = "300" });
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync("t", 50);
        await Eventually.HoldsAsync(() => test.Records("t") == 0, () => $"{test.Records("t")} records left");

        await test.RestartAsync();
        var next = await producer.ProduceAsync("t", new Message<string, string> { Key = "k", Value = "v" });

        Assert.Equal(50, next.Offset.Value);
    }

    private static Task<TestBroker> StartAsync() => TestBroker.StartAsync(o => o with { RetentionInterval = TimeSpan.FromMilliseconds(50) });
}

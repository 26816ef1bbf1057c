using Confluent.Kafka;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

public sealed class RetentionTests
{
    private readonly string _topic = Names.New("t");
    private readonly string _group = Names.New("g");

    [ClientFact]
    public async Task Bytes_above_the_limit_go_oldest_first_and_the_low_watermark_says_so()
    {
        await using var test = await StartAsync();
        await test.CreateTopicAsync(_topic, 1, new() { ["retention.bytes"] = "20000", ["segment.bytes"] = "5000" });
        using var producer = Client.Producer(test.Address);
        for (var i = 0; i < 100; i++)
        {
            await producer.SendOneAsync(_topic, new Message<string, string> { Key = "k", Value = new string('x', 1000) });
        }

        PartitionState Partition() => test.Broker.Topics().Single().Partitions[0];
        await Eventually.HoldsAsync(() => Partition().Bytes is >= 20000 and < 24000, () => Partition().ToString());
        using var consumer = Client.Consumer(test.Address, _group);
        var low = consumer.QueryWatermarkOffsets(new TopicPartition(_topic, 0), TimeSpan.FromSeconds(20)).Low.Value;
        consumer.Subscribe(_topic);

        Assert.Equal(Partition().StartOffset, low);
        Assert.Equal(low, consumer.Take(1)[0].Offset.Value);
    }

    [ClientFact]
    public async Task Old_records_go_and_offsets_are_not_used_again_even_after_a_restart()
    {
        await using var test = await StartAsync();
        await test.CreateTopicAsync(_topic, 1, new() { ["retention.ms"] = "300" });
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync(_topic, 50);
        await Eventually.HoldsAsync(() => test.Records(_topic) == 0, () => $"{test.Records(_topic)} records left");

        await test.RestartAsync();
        var next = await producer.SendOneAsync(_topic, new Message<string, string> { Key = "k", Value = "v" });

        Assert.Equal(50, next.Offset.Value);
    }

    private static Task<TestBroker> StartAsync() => TestBroker.StartAsync(o => o with { RetentionInterval = TimeSpan.FromMilliseconds(50) });
}

using Confluent.Kafka;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

public sealed class ProduceConsumeTests
{
    private readonly string _topic = Names.New("t");
    private readonly string _group = Names.New("g");

    [ClientTheory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Snappy)]
    public async Task What_is_produced_is_consumed_once_and_in_order_per_partition(CompressionType compression)
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 4);
        using var producer = Client.Producer(test.Address, p => p.CompressionType = compression);
        await producer.SendAsync(_topic, 5000);

        using var consumer = Client.Consumer(test.Address, _group);
        consumer.Subscribe(_topic);
        var taken = consumer.Take(5000);

        Assert.Equal(Enumerable.Range(0, 5000), taken.Numbers().Order());
        Assert.All(taken.GroupBy(r => r.Partition.Value), partition =>
        {
            Assert.Equal(partition.Select(r => r.Offset.Value), Enumerable.Range(0, partition.Count()).Select(i => (long)i));
            Assert.All(partition.GroupBy(r => r.Message.Key), key => Assert.Equal(key.Numbers().Order(), key.Numbers()));
        });
    }

    [ClientFact]
    public async Task Headers_keys_and_timestamps_come_back_as_they_were()
    {
        await using var test = await TestBroker.StartAsync();
        // The time stamp is older than the default retention: without a topic of its own the record would be removed.
        await test.CreateTopicAsync(_topic, 1, new() { ["retention.ms"] = "-1" });
        using var producer = Client.Producer(test.Address);
        var time = new Timestamp(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        await producer.SendOneAsync(_topic, new Message<string, string> { Key = "k", Value = "v", Timestamp = time, Headers = [new Header("traceparent", [1, 2, 3])] });

        using var consumer = Client.Consumer(test.Address, _group);
        consumer.Subscribe(_topic);
        var message = Assert.Single(consumer.Take(1)).Message;

        Assert.Equal(("k", "v", time), (message.Key, message.Value, message.Timestamp));
        Assert.Equal([1, 2, 3], message.Headers.GetLastBytes("traceparent"));
    }

    [ClientTheory]
    [InlineData(Acks.None)]
    [InlineData(Acks.Leader)]
    public async Task Every_kind_of_acknowledgement_is_served(Acks acks)
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 1);
        using var producer = Client.Producer(test.Address, p => (p.Acks, p.EnableIdempotence) = (acks, false));
        await producer.SendAsync(_topic, 100);
        producer.Flush(TimeSpan.FromSeconds(20));

        await Eventually.HoldsAsync(() => test.Records(_topic) == 100, () => "fewer than 100 records");
    }

    [ClientFact]
    public async Task A_message_above_the_limit_is_refused_and_the_next_one_is_not()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 1, new() { ["max.message.bytes"] = "1000" });
        using var producer = Client.Producer(test.Address, p => p.EnableIdempotence = false);

        var refused = await Assert.ThrowsAsync<ProduceException<string, string>>(
            () => producer.SendOneAsync(_topic, new Message<string, string> { Key = "k", Value = new string('x', 2000) }));
        var taken = await producer.SendOneAsync(_topic, new Message<string, string> { Key = "k", Value = "x" });

        Assert.Equal(ErrorCode.MsgSizeTooLarge, refused.Error.Code);
        Assert.Equal(0, taken.Offset.Value);
    }

    [ClientFact]
    public async Task A_batch_larger_than_the_readers_limit_is_read_all_the_same()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 1);
        using var producer = Client.Producer(test.Address);
        await producer.SendOneAsync(_topic, new Message<string, string> { Key = "k", Value = new string('x', 500_000) });
        await producer.SendOneAsync(_topic, new Message<string, string> { Key = "k", Value = "small" });

        using var consumer = Client.Consumer(test.Address, _group, c => (c.MaxPartitionFetchBytes, c.FetchMaxBytes, c.MessageMaxBytes) = (1000, 1000, 1000));
        consumer.Subscribe(_topic);

        Assert.Equal([500_000, 5], consumer.Take(2).Select(r => r.Message.Value.Length));
    }

    [ClientFact]
    public async Task Offsets_are_found_by_time_and_at_both_ends()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 1, new() { ["retention.ms"] = "-1" });
        using var producer = Client.Producer(test.Address, p => p.LingerMs = 20);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => producer.SendOneAsync(_topic, new Message<string, string> { Key = "k", Value = "v", Timestamp = new Timestamp(1000 + i, TimestampType.CreateTime) })));

        using var consumer = Client.Consumer(test.Address, _group);
        var partition = new TopicPartition(_topic, 0);
        var marks = consumer.QueryWatermarkOffsets(partition, TimeSpan.FromSeconds(20));
        Offset At(long time) => consumer.OffsetsForTimes([new TopicPartitionTimestamp(partition, new Timestamp(time, TimestampType.CreateTime))], TimeSpan.FromSeconds(20))[0].Offset;

        Assert.Equal((0, 100), (marks.Low.Value, marks.High.Value));
        Assert.Equal(0, At(0).Value);
        Assert.Equal(42, At(1042).Value);
        Assert.Equal(Offset.End, At(1100));
    }

    [ClientFact]
    public async Task A_waiting_reader_is_woken_by_the_next_message()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 1);
        using var producer = Client.Producer(test.Address, p => p.LingerMs = 0);
        await producer.SendAsync(_topic, 1);
        using var consumer = Client.Consumer(test.Address, _group, c => (c.FetchWaitMaxMs, c.SocketTimeoutMs) = (100_000, 200_000));
        consumer.Subscribe(_topic);
        Assert.Single(consumer.Take(1));

        // The reader's request stands for 100 s: only the append can bring the second message within the time that Take waits.
        await producer.SendAsync(_topic, 1, from: 1);
        Assert.Single(consumer.Take(1));
    }
}

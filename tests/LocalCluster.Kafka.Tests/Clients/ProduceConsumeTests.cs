using Confluent.Kafka;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

public sealed class ProduceConsumeTests
{
    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Snappy)]
    public async Task What_is_produced_is_consumed_once_and_in_order_per_partition(CompressionType compression)
    {
        await using var test = await TestBroker.StartAsync();
        test.Broker.CreateTopic("orders", 4);
        using var producer = Client.Producer(test.Address, p => p.CompressionType = compression);
        await producer.SendAsync("orders", 5000);

        using var consumer = Client.Consumer(test.Address, "readers");
        consumer.Subscribe("orders");
        var taken = consumer.Take(5000);

        Assert.Equal(Enumerable.Range(0, 5000), taken.Numbers().Order());
        Assert.All(taken.GroupBy(r => r.Partition.Value), partition =>
        {
            Assert.Equal(partition.Select(r => r.Offset.Value), Enumerable.Range(0, partition.Count()).Select(i => (long)i));
            Assert.All(partition.GroupBy(r => r.Message.Key), key => Assert.Equal(key.Numbers().Order(), key.Numbers()));
        });
    }

    [Fact]
    public async Task Headers_keys_and_timestamps_come_back_as_they_were()
    {
        await using var test = await TestBroker.StartAsync();
        using var producer = Client.Producer(test.Address);
        var time = new Timestamp(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        await producer.ProduceAsync("one", new Message<string, string> { Key = "k", Value = "v", Timestamp = time, Headers = [new Header("traceparent", [1, 2, 3])] });

        using var consumer = Client.Consumer(test.Address, "g");
        consumer.Subscribe("one");
        var message = Assert.Single(consumer.Take(1)).Message;

        Assert.Equal(("k", "v", time), (message.Key, message.Value, message.Timestamp));
        Assert.Equal([1, 2, 3], message.Headers.GetLastBytes("traceparent"));
    }

    [Theory]
    [InlineData(Acks.None)]
    [InlineData(Acks.Leader)]
    public async Task Every_kind_of_acknowledgement_is_served(Acks acks)
    {
        await using var test = await TestBroker.StartAsync();
        using var producer = Client.Producer(test.Address, p => (p.Acks, p.EnableIdempotence) = (acks, false));
        await producer.SendAsync("t", 100);
        producer.Flush(TimeSpan.FromSeconds(5));

        await Eventually.HoldsAsync(() => test.Broker.Topics().Any(t => t.Name == "t") && test.Records("t") == 100, () => "fewer than 100 records");
    }

    [Fact]
    public async Task A_message_above_the_limit_is_refused_and_the_next_one_is_not()
    {
        await using var test = await TestBroker.StartAsync();
        test.Broker.CreateTopic("small", 1, new Dictionary<string, string> { ["max.message.bytes"] = "1000" });
        using var producer = Client.Producer(test.Address, p => p.EnableIdempotence = false);

        var refused = await Assert.ThrowsAsync<ProduceException<string, string>>(
            () => producer.ProduceAsync("small", new Message<string, string> { Key = "k", Value = new string('x', 2000) }));
        var taken = await producer.ProduceAsync("small", new Message<string, string> { Key = "k", Value = "x" });

        Assert.Equal(ErrorCode.MsgSizeTooLarge, refused.Error.Code);
        Assert.Equal(0, taken.Offset.Value);
    }

    [Fact]
    public async Task A_batch_larger_than_the_readers_limit_is_read_all_the_same()
    {
        await using var test = await TestBroker.StartAsync();
        using var producer = Client.Producer(test.Address);
        await producer.ProduceAsync("big", new Message<string, string> { Key = "k", Value = new string('x', 500_000) });
        await producer.ProduceAsync("big", new Message<string, string> { Key = "k", Value = "small" });

        using var consumer = Client.Consumer(test.Address, "g", c => (c.MaxPartitionFetchBytes, c.FetchMaxBytes, c.MessageMaxBytes) = (1000, 1000, 1000));
        consumer.Subscribe("big");

        Assert.Equal([500_000, 5], consumer.Take(2).Select(r => r.Message.Value.Length));
    }

    [Fact]
    public async Task Offsets_are_found_by_time_and_at_both_ends()
    {
        await using var test = await TestBroker.StartAsync();
        test.Broker.CreateTopic("timed", 1, new Dictionary<string, string> { ["retention.ms"] = "-1" });
        using var producer = Client.Producer(test.Address, p => p.LingerMs = 20);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => producer.ProduceAsync("timed", new Message<string, string> { Key = "k", Value = "v", Timestamp = new Timestamp(1000 + i, TimestampType.CreateTime) })));

        using var consumer = Client.Consumer(test.Address, "g");
        var partition = new TopicPartition("timed", 0);
        var marks = consumer.QueryWatermarkOffsets(partition, TimeSpan.FromSeconds(5));
        Offset At(long time) => consumer.OffsetsForTimes([new TopicPartitionTimestamp(partition, new Timestamp(time, TimestampType.CreateTime))], TimeSpan.FromSeconds(5))[0].Offset;

        Assert.Equal((0, 100), (marks.Low.Value, marks.High.Value));
        Assert.Equal(0, At(0).Value);
        Assert.Equal(42, At(1042).Value);
        Assert.Equal(Offset.End, At(1100));
    }

    [Fact]
    public async Task A_waiting_reader_is_woken_by_the_next_message()
    {
        await using var test = await TestBroker.StartAsync();
        test.Broker.CreateTopic("wake", 1);
        using var producer = Client.Producer(test.Address, p => p.LingerMs = 0);
        await producer.SendAsync("wake", 1);
        using var consumer = Client.Consumer(test.Address, "g", c => (c.FetchWaitMaxMs, c.SocketTimeoutMs) = (100_000, 200_000));
        consumer.Subscribe("wake");
        Assert.Single(consumer.Take(1));

        // The reader's request stands for 100 s: only the append can bring the second message within the time that Take waits.
        await producer.SendAsync("wake", 1, from: 1);
        Assert.Single(consumer.Take(1));
    }
}

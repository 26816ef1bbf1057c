using System.Collections.Concurrent;
using Confluent.Kafka;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

public sealed class GroupTests
{
    private readonly string _topic = Names.New("t");
    private readonly string _group = Names.New("g");
    private readonly ConcurrentQueue<string> _received = new();

    [ClientTheory]
    [InlineData(PartitionAssignmentStrategy.Range)]
    [InlineData(PartitionAssignmentStrategy.RoundRobin)]
    public async Task Members_share_the_partitions_as_they_join_and_leave(PartitionAssignmentStrategy strategy)
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 6);

        await using var first = Start(test, c => c.PartitionAssignmentStrategy = strategy);
        await HaveAsync(first, 6);
        await using (var second = Start(test, c => c.PartitionAssignmentStrategy = strategy))
        {
            await HaveAsync(first, 3);
            await HaveAsync(second, 3);
            await using var third = Start(test, c => c.PartitionAssignmentStrategy = strategy);
            await HaveAsync(first, 2);
            await HaveAsync(second, 2);
            await HaveAsync(third, 2);
        }

        await HaveAsync(first, 6);
        Assert.Equal(strategy == PartitionAssignmentStrategy.Range ? "range" : "roundrobin", test.DescribeGroup(_group)!.Protocol);
    }

    [ClientFact]
    public async Task Nothing_is_lost_while_members_come_and_go()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 4);
        using var producer = Client.Producer(test.Address);
        await using var first = Start(test);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i += 20)
            {
                await producer.SendAsync(_topic, 20, from: i);
            }
        }, TestContext.Current.CancellationToken);

        for (var round = 0; round < 3; round++)
        {
            await using var passing = Start(test);
            await HaveAsync(passing, 2);
        }

        await sending.InTimeAsync();
        await ReceivedAsync(2000);
        await CommittedAsync(test, 2000);
    }

    [ClientFact]
    public async Task A_member_that_vanishes_is_replaced_when_its_session_ends()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 2);
        await using var staying = Start(test);
        await HaveAsync(staying, 2);

        using var vanishing = KcatProcess.Consume(test.Address, _group, _topic, "-X", "session.timeout.ms=1500");
        await HaveAsync(staying, 1);
        vanishing.Kill();

        await HaveAsync(staying, 2);
        Assert.Single(test.DescribeGroup(_group)!.Members);
    }

    [ClientFact]
    public async Task Confluent_Kafka_and_kcat_share_one_group()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 4);
        using var producer = Client.Producer(test.Address);
        await using var ours = Start(test);
        using var theirs = KcatProcess.Consume(test.Address, _group, _topic);
        await HaveAsync(ours, 2);

        await producer.SendAsync(_topic, 400);
        await Eventually.HoldsAsync(() => _received.Count + theirs.Lines.Count == 400, () => $"{_received.Count} + {theirs.Lines.Count}");

        Assert.Equal(Enumerable.Range(0, 400), _received.Concat(theirs.Lines).Select(int.Parse).Order());
        Assert.NotEmpty(_received);
        Assert.NotEmpty(theirs.Lines);
    }

    [ClientFact]
    public async Task A_member_of_an_older_generation_cannot_commit()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 2);
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync(_topic, 100);
        using var stale = Client.Consumer(test.Address, _group, c => (c.SessionTimeoutMs, c.MaxPollIntervalMs) = (1000, 1000));
        stale.Subscribe(_topic);
        var read = stale.Take(1)[0];

        // It is not polled for longer than it promised, and leaves the group behind its back; another member gets its partitions.
        await using var other = Start(test);
        await HaveAsync(other, 2);

        await Assert.ThrowsAsync<KafkaException>(() => stale.CommitAsync(new TopicPartitionOffset(read.TopicPartition, read.Offset + 1)));
    }

    [ClientFact]
    public async Task Offsets_and_members_survive_a_restart_of_the_broker()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 2);
        using var producer = Client.Producer(test.Address);
        await using var member = Start(test);
        await HaveAsync(member, 2);
        await producer.SendAsync(_topic, 100);
        await ReceivedAsync(100);
        var generation = test.Group(_group).Generation;

        await test.RestartAsync();
        await producer.SendAsync(_topic, 100, from: 100);
        await ReceivedAsync(200);

        Assert.Equal(generation, test.Group(_group).Generation);
        await CommittedAsync(test, 200);
    }

    private PollingConsumer Start(TestBroker test, Action<ConsumerConfig>? with = null) => new(test.Address, _group, _topic, _received, with);

    private Task CommittedAsync(TestBroker test, int count) =>
        Eventually.HoldsAsync(() => test.Committed(_group, _topic) == count, () => $"{test.Committed(_group, _topic)} of {count} committed");

    private static Task HaveAsync(PollingConsumer consumer, int partitions) =>
        Eventually.HoldsAsync(() => consumer.Partitions == partitions, () => $"{consumer.Partitions} partitions instead of {partitions}");

    private Task ReceivedAsync(int count) =>
        Eventually.HoldsAsync(() => _received.Distinct().Count() == count, () => $"{_received.Distinct().Count()} of {count} messages");
}

using System.Collections.Concurrent;
using System.Diagnostics;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

/// <summary>One group with members of three makes: Confluent.Kafka, kcat and kafkajs.</summary>
public sealed class SharedGroupTests(ITestOutputHelper output)
{
    private const int Half = 300;
    private readonly string _topic = Names.New("t");
    private readonly string _group = Names.New("g");
    private readonly ConcurrentQueue<string> _received = new();

    [ClientFact]
    public async Task Each_member_has_its_partitions_and_each_message_goes_to_one_member()
    {
        await using var test = await TestBroker.StartAsync();
        await using var members = await JoinAsync(test);
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync(_topic, 2 * Half);

        await Eventually.HoldsAsync(() => members.Numbers.Count >= 2 * Half, () => $"{members.Numbers.Count} messages");

        Assert.Equal(Enumerable.Range(0, 2 * Half), members.Numbers.Order());
        Assert.All(members.Shares, share => Assert.InRange(share, 1, (2 * Half) - 2));
        await CommittedAsync(test, 2 * Half);
    }

    [ClientFact]
    public async Task After_a_restart_of_the_broker_they_go_on_where_they_were_and_nothing_is_read_twice()
    {
        await using var test = await TestBroker.StartAsync();
        RealKafka.SkipWhenUsed("the broker is restarted");
        await using var members = await JoinAsync(test);
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync(_topic, Half);
        await CommittedAsync(test, Half);

        await test.RestartAsync();
        await producer.SendAsync(_topic, Half, from: Half);
        await CommittedAsync(test, 2 * Half);

        Assert.Equal(Enumerable.Range(0, 2 * Half), members.Numbers.Order());
    }

    [ClientFact]
    public async Task A_restart_in_the_middle_of_the_traffic_loses_nothing()
    {
        await using var test = await TestBroker.StartAsync();
        RealKafka.SkipWhenUsed("the broker is restarted");
        await using var members = await JoinAsync(test);
        using var producer = Client.Producer(test.Address);
        var sending = Task.Run(async () =>
        {
            for (var sent = 0; sent < 2 * Half; sent += 20)
            {
                await producer.SendAsync(_topic, 20, from: sent);
            }
        }, TestContext.Current.CancellationToken);

        await Eventually.HoldsAsync(() => members.Numbers.Count > 50, () => $"{members.Numbers.Count} messages");
        await test.RestartAsync();
        await sending.InTimeAsync();
        await CommittedAsync(test, 2 * Half);

        Assert.Equal(Enumerable.Range(0, 2 * Half), members.Numbers.Distinct().Order());
    }

    [ClientFact(Explicit = true)]
    public async Task Another_member_joins_in_well_under_a_second()
    {
        await using var test = await TestBroker.StartAsync();
        await using var members = await JoinAsync(test);
        var clock = Stopwatch.StartNew();
        await using var fourth = new PollingConsumer(test.Address, _group, _topic, _received);
        await Eventually.HoldsAsync(() => fourth.Partitions > 0, () => "no partition");
        output.WriteLine($"{clock.ElapsedMilliseconds} ms");

        Assert.InRange(clock.ElapsedMilliseconds, 0, 999);
    }

    private Task CommittedAsync(TestBroker test, int count) =>
        Eventually.HoldsAsync(() => test.Committed(_group, _topic) == count, () => $"{test.Committed(_group, _topic)} of {count} committed");

    private async Task<Members> JoinAsync(TestBroker test)
    {
        await test.CreateTopicAsync(_topic, 6);
        var kafkajs = await KafkajsProcess.ConsumeAsync(test.Address, _group, _topic);
        var kcat = KcatProcess.Consume(test.Address, _group, _topic, "-X", "auto.commit.interval.ms=100");
        var members = new Members(new PollingConsumer(test.Address, _group, _topic, _received), kcat, kafkajs, _received);
        await Eventually.HoldsAsync(
            () => test.DescribeGroup(_group) is { State: "Stable", Members.Count: 3 } && members.Own.Partitions == 2,
            () => $"{members.Own.Partitions} partitions, {test.DescribeGroup(_group)?.State}, {test.DescribeGroup(_group)?.Members.Count} members");
        return members;
    }

    private sealed record Members(PollingConsumer Own, KcatProcess Kcat, KafkajsProcess Kafkajs, ConcurrentQueue<string> Received) : IAsyncDisposable
    {
        /// <summary>What all of them have read.</summary>
        public IReadOnlyList<int> Numbers => [.. Received.Concat(Kcat.Lines).Concat(Kafkajs.Lines).Select(int.Parse)];

        public IReadOnlyList<int> Shares => [Received.Count, Kcat.Lines.Count, Kafkajs.Lines.Count];

        public async ValueTask DisposeAsync()
        {
            Kcat.Dispose();
            Kafkajs.Dispose();
            await Own.DisposeAsync();
        }
    }
}

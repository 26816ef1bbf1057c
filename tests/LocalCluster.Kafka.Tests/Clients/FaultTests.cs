using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Confluent.Kafka;
using LocalCluster.Kafka.Control;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

public sealed class FaultTests
{
    private readonly string _topic = Names.New("t");
    private readonly string _group = Names.New("g");

    [ClientTheory]
    [InlineData("hang")]
    [InlineData("refuse")]
    public async Task While_the_broker_is_away_nothing_is_acknowledged_and_afterwards_everything_once(string fault)
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 2);
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync(_topic, 10);

        Apply(test.Broker.Faults, fault);
        var sending = producer.SendAsync(_topic, 100, from: 10);
        Assert.NotSame(sending, await Task.WhenAny(sending, Task.Delay(1000, TestContext.Current.CancellationToken)));
        test.Broker.Faults.Resume();
        await sending.InTimeAsync();

        using var consumer = Client.Consumer(test.Address, _group);
        consumer.Subscribe(_topic);
        Assert.Equal(Enumerable.Range(0, 110), consumer.Take(110).Numbers().Order());
        Assert.Equal(110, test.Records(_topic));
    }

    [ClientFact]
    public async Task Slow_delays_every_answer()
    {
        await using var test = await TestBroker.StartAsync();
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync(_topic, 1);

        test.Broker.Faults.Slow(TimeSpan.FromMilliseconds(400));
        var watch = Stopwatch.StartNew();
        await producer.SendAsync(_topic, 1, from: 1);

        Assert.True(watch.ElapsedMilliseconds >= 390, $"{watch.ElapsedMilliseconds} ms");
    }

    [ClientFact]
    public async Task Dropped_connections_come_back_by_themselves_and_members_keep_their_generation()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 2);
        using var producer = Client.Producer(test.Address);
        using var consumer = Client.Consumer(test.Address, _group);
        consumer.Subscribe(_topic);
        await producer.SendAsync(_topic, 10);
        Assert.Equal(10, consumer.Take(10).Count);
        var generation = test.Group(_group).Generation;

        test.Broker.Faults.DropConnections();
        await producer.SendAsync(_topic, 10, from: 10);

        Assert.Equal(10, consumer.Take(10).Count);
        Assert.Equal(generation, test.Group(_group).Generation);
    }

    [ClientFact]
    public async Task A_fenced_member_is_told_so_as_a_fatal_error_and_another_one_takes_over()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 2);
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync(_topic, 10);
        using (var consumer = Client.Consumer(test.Address, _group, c => c.SessionTimeoutMs = 1500))
        {
            consumer.Subscribe(_topic);
            Assert.Equal(10, consumer.Take(10).Count);
            test.Broker.Faults.Fence(_group);
            var error = Assert.Throws<ConsumeException>(() => consumer.Take(1));
            Assert.True(error.Error.IsFatal, error.Message);
        }

        using var next = Client.Consumer(test.Address, _group);
        next.Subscribe(_topic);
        Assert.Equal(10, next.Take(10).Count);
    }

    [ClientFact]
    public async Task The_control_port_shows_and_does_the_same()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 2);
        var address = IPEndPoint.Parse(Loopback.Next());
        await using var control = await ControlServer.StartAsync(test.Broker, address);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}") };
        using var consumer = Client.Consumer(test.Address, _group);
        consumer.Subscribe(_topic);
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync(_topic, 3);
        await consumer.CommitAsync([.. consumer.Take(3).GroupBy(r => r.TopicPartition).Select(p => new TopicPartitionOffset(p.Key, p.Max(r => r.Offset.Value) + 1))]);

        var topics = await http.GetFromJsonAsync<JsonElement>("/topics");
        var groups = await http.GetFromJsonAsync<JsonElement>("/groups");
        var hanging = await http.PostAsync(new Uri("/faults/hang", UriKind.Relative), null);
        var mode = test.Broker.Faults.Mode;
        await http.PostAsync(new Uri("/faults/resume", UriKind.Relative), null);

        Assert.Equal(3, topics[0].GetProperty("partitions").EnumerateArray().Sum(p => p.GetProperty("endOffset").GetInt64()));
        Assert.Equal("Stable", groups[0].GetProperty("state").GetString());
        Assert.Equal(3, groups[0].GetProperty("offsets").EnumerateArray().Sum(p => p.GetProperty("committed").GetInt64()));
        Assert.Equal(HttpStatusCode.OK, hanging.StatusCode);
        Assert.Equal((FaultMode.Hang, FaultMode.None), (mode, test.Broker.Faults.Mode));
    }

    private static void Apply(Faults faults, string fault)
    {
        if (fault == "hang")
        {
            faults.Hang();
        }
        else
        {
            faults.Refuse();
        }
    }
}

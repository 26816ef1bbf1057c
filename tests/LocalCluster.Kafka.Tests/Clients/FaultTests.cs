using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LocalCluster.Kafka.Control;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

public sealed class FaultTests
{
    [Theory]
    [InlineData("hang")]
    [InlineData("refuse")]
    public async Task While_the_broker_is_away_nothing_is_acknowledged_and_afterwards_everything_once(string fault)
    {
        await using var test = await TestBroker.StartAsync();
        test.Broker.CreateTopic("t", 2);
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync("t", 10);

        Apply(test.Broker.Faults, fault);
        var sending = producer.SendAsync("t", 100, from: 10);
        Assert.NotSame(sending, await Task.WhenAny(sending, Task.Delay(1000, TestContext.Current.CancellationToken)));
        test.Broker.Faults.Resume();
        await sending;

        using var consumer = Client.Consumer(test.Address, "g");
        consumer.Subscribe("t");
        Assert.Equal(Enumerable.Range(0, 110), consumer.Take(110).Numbers().Order());
        Assert.Equal(110, test.Records("t"));
    }

    [Fact]
    public async Task Slow_delays_every_answer()
    {
        await using var test = await TestBroker.StartAsync();
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync("t", 1);

        test.Broker.Faults.Slow(TimeSpan.FromMilliseconds(400));
        var watch = Stopwatch.StartNew();
        await producer.SendAsync("t", 1, from: 1);

        Assert.True(watch.ElapsedMilliseconds >= 390, $"{watch.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task Dropped_connections_come_back_by_themselves_and_members_keep_their_generation()
    {
        await using var test = await TestBroker.StartAsync();
        test.Broker.CreateTopic("t", 2);
        using var producer = Client.Producer(test.Address);
        using var consumer = Client.Consumer(test.Address, "g");
        consumer.Subscribe("t");
        await producer.SendAsync("t", 10);
        Assert.Equal(10, consumer.Take(10).Count);
        var generation = test.Group("g")!.Generation;

        test.Broker.Faults.DropConnections();
        await producer.SendAsync("t", 10, from: 10);

        Assert.Equal(10, consumer.Take(10).Count);
        Assert.Equal(generation, test.Group("g")!.Generation);
    }

    [Fact]
    public async Task The_control_port_shows_and_does_the_same()
    {
        await using var test = await TestBroker.StartAsync();
        test.Broker.CreateTopic("t", 2);
        var address = new IPEndPoint(IPAddress.Parse("127.63.1.2"), 9093);
        await using var control = await ControlServer.StartAsync(test.Broker, address);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}") };
        using var consumer = Client.Consumer(test.Address, "g");
        consumer.Subscribe("t");
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync("t", 3);
        consumer.Take(3).ForEach(consumer.Commit);

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

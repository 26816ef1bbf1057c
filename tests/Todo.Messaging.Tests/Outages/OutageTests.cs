using Todo.Messaging.Tests.Delivery.Wires;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Outages;

/// <summary>A broker that is away delays events. It loses none, fails and holds up no request, and is not overrun when it comes back.</summary>
public abstract class OutageTests(TestServers servers, Wire wire)
{
    // Far above any transaction on a busy machine, far below the 10 s after which a send is given up: a request that waits for a broker shows.
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(Outage.Stopped)]
    [InlineData(Outage.Hanging)]
    public async Task Requests_go_on_without_the_broker_and_everything_is_handled_after_its_return(Outage outage)
    {
        await using var platform = await Platform.CreateAsync(servers, wire);
        var run = await ConsumerRun.StartAsync(platform);
        await run.Requests.SendAsync(TimeSpan.FromSeconds(1), perSecond: 40);
        await platform.World.SeeHandledAsync(1);

        await platform.BeginAsync(outage);
        var times = await run.Requests.SendAsync(TimeSpan.FromSeconds(3), perSecond: 40);
        var waiting = await platform.World.DeliveriesAsync("open");
        await platform.EndAsync(outage);

        Assert.All(times, x => Assert.True(x < LongestRequest.TotalMilliseconds, $"a request took {x} ms"));
        if (outage != Outage.Slow)
        {
            Assert.True(waiting >= times.Count, $"{waiting} of {times.Count} waited: the broker was not away");
        }

        await run.SeeCaughtUpAsync(platform, TimeSpan.FromSeconds(40));
    }
}

public sealed class OutagesOfDirectKafka(TestServers servers) : OutageTests(servers, Wire.DirectKafka)
{
    [Theory]
    [InlineData(Outage.Refusing)]
    [InlineData(Outage.Slow)]
    public Task Requests_go_on_while_the_broker_refuses_or_dawdles(Outage outage) =>
        Requests_go_on_without_the_broker_and_everything_is_handled_after_its_return(outage);
}

public sealed class OutagesOfKafkaBehindDapr(TestServers servers) : OutageTests(servers, Wire.DaprKafka);

public sealed class OutagesOfRedisBehindDapr(TestServers servers) : OutageTests(servers, Wire.DaprRedis);

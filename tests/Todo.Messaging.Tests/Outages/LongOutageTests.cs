using System.Diagnostics;
using System.Globalization;
using Todo.Messaging.Tests.Delivery.Wires;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Outages;

/// <summary>The broker is away for as long as OUTAGE_MINUTES says, 10 unless it says otherwise. Long: `make test-long` runs it, all ways of being away at the same time.</summary>
public abstract class LongOutageTests(TestServers servers, ITestOutputHelper output, Wire wire, Outage outage)
{
    private const int PerSecond = 100;

    [Fact(Explicit = true)]
    public async Task Requests_keep_their_latency_and_nothing_is_lost()
    {
        var away = TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable("OUTAGE_MINUTES") ?? "10", CultureInfo.InvariantCulture));
        await using var platform = await Platform.CreateAsync(servers, wire);
        var run = await ConsumerRun.StartAsync(platform);
        await run.Requests.SendAsync(TimeSpan.FromSeconds(10), PerSecond);
        var before = Requests.Percentile95(await run.Requests.SendAsync(away / 10, PerSecond));

        await platform.BeginAsync(outage);
        var times = await run.Requests.SendAsync(away, PerSecond);
        await platform.EndAsync(outage);

        var during = Requests.Percentile95(times);
        var watch = Stopwatch.StartNew();
        await run.SeeCaughtUpAsync(platform, TimeSpan.FromMinutes(5));
        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"{wire}, {outage} for {away.TotalMinutes} min: {times.Count} requests, p95 {during:0.0} ms (before: {before:0.0} ms), longest {times.Max():0} ms, caught up in {watch.Elapsed.TotalSeconds:0.0} s");
        output.WriteLine(figures);
        Assert.True(during <= before * 1.5, figures);
    }
}

public sealed class LongStop(TestServers servers, ITestOutputHelper output) : LongOutageTests(servers, output, Wire.DirectKafka, Outage.Stopped);

public sealed class LongHang(TestServers servers, ITestOutputHelper output) : LongOutageTests(servers, output, Wire.DirectKafka, Outage.Hanging);

public sealed class LongRefusal(TestServers servers, ITestOutputHelper output) : LongOutageTests(servers, output, Wire.DirectKafka, Outage.Refusing);

public sealed class LongDawdling(TestServers servers, ITestOutputHelper output) : LongOutageTests(servers, output, Wire.DirectKafka, Outage.Slow);

public sealed class LongStopOfKafkaBehindDapr(TestServers servers, ITestOutputHelper output) : LongOutageTests(servers, output, Wire.DaprKafka, Outage.Stopped);

public sealed class LongStopOfRedisBehindDapr(TestServers servers, ITestOutputHelper output) : LongOutageTests(servers, output, Wire.DaprRedis, Outage.Stopped);

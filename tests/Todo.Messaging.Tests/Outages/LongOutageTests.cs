using System.Diagnostics;
using System.Globalization;
using Todo.Messaging.Tests.Delivery.Wires;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Outages;

public sealed class LongOutageTests(TestServers servers, ITestOutputHelper output)
{
    /// <summary>OUTAGE_MINUTES sets how long the broker is away, for each of the four ways; 10 unless it says otherwise.</summary>
    [Theory(Explicit = true)]
    [InlineData(Outage.Stopped)]
    [InlineData(Outage.Hanging)]
    [InlineData(Outage.Refusing)]
    [InlineData(Outage.Slow)]
    public async Task Requests_keep_their_latency_while_the_broker_is_away_for_ten_minutes(Outage outage)
    {
        var away = TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable("OUTAGE_MINUTES") ?? "10", CultureInfo.InvariantCulture));
        await using var platform = await Platform.CreateAsync(servers, Wire.DirectKafka);
        var run = await ConsumerRun.StartAsync(platform);
        await run.Requests.SendAsync(TimeSpan.FromSeconds(5), perSecond: 100);
        var before = Requests.Percentile95(await run.Requests.SendAsync(away / 10, perSecond: 100));

        await platform.BeginAsync(outage);
        var times = await run.Requests.SendAsync(away, perSecond: 100);
        await platform.EndAsync(outage);

        var during = Requests.Percentile95(times);
        var watch = Stopwatch.StartNew();
        await run.SeeCaughtUpAsync(platform, TimeSpan.FromMinutes(5));
        output.WriteLine(
            $"{outage} for {away.TotalMinutes} min: {times.Count} requests, p95 {during:0.0} ms (before: {before:0.0} ms), longest {times.Max():0} ms, caught up in {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.True(during <= before * 1.5, $"p95 {during} ms without the broker, {before} ms with it");
    }
}

using System.Diagnostics;
using LocalCluster.Sidecar.Tests.Support;

namespace LocalCluster.Sidecar.Tests.Delivery;

/// <summary>Figures, asked for explicitly: 200 events a second for ten seconds.</summary>
public sealed class LatencyTests(ITestOutputHelper output)
{
    [Theory(Explicit = true)]
    [InlineData(Pod.Redis)]
    [InlineData(Pod.Kafka)]
    public async Task Publish_to_handler(string broker)
    {
        const int Count = 2000;
        var topic = Brokers.NewTopic("l");
        await using var pod = await Pod.Create().With(broker).Subscribe(broker, topic).StartAsync();
        var sent = new long[Count];
        var calls = new double[Count];
        var handled = new double[Count];
        pod.App.Handler = call =>
        {
            if (call.Number >= 0)
            {
                handled[call.Number] = Stopwatch.GetElapsedTime(sent[call.Number]).TotalMilliseconds;
            }

            return Task.FromResult(AppReply.Ok);
        };
        for (var warm = 0; warm < 200; warm++)
        {
            await pod.Sidecar.PublishNumberAsync(broker, topic, -1);
        }

        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count >= 200, "warm");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var pending = new List<Task>();
        for (var n = 0; n < Count; n++)
        {
            await timer.WaitForNextTickAsync();
            pending.Add(OneAsync(n));
        }

        await Task.WhenAll(pending);
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count >= Count + 200, "all handled");
        output.WriteLine($"{broker}: publish {Quantiles(calls)}, publish to handler {Quantiles(handled)}");
        output.WriteLine(File.ReadLines($"/proc/{pod.Sidecar.Process.Id}/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal)));

        async Task OneAsync(int n)
        {
            sent[n] = Stopwatch.GetTimestamp();
            await pod.Sidecar.PublishNumberAsync(broker, topic, n, $"?metadata.partitionKey={n % 16}");
            calls[n] = Stopwatch.GetElapsedTime(sent[n]).TotalMilliseconds;
        }
    }

    private static string Quantiles(double[] values)
    {
        Array.Sort(values);
        return FormattableString.Invariant($"p50 {values[values.Length / 2]:F1} p95 {values[values.Length * 95 / 100]:F1} p99 {values[values.Length * 99 / 100]:F1} ms");
    }
}

using System.Diagnostics;
using Todo.Messaging.Tests.Delivery.Wires;
using Todo.Messaging.Tests.World;

namespace Benchmarks.Messaging;

/// <summary>How long an event is under way when 200 are published in a second.</summary>
internal static class LatencyBenchmark
{
    private const int PerSecond = 200;
    private const int WarmUp = 5 * PerSecond;
    private const int Count = 30 * PerSecond;

    public static Task RunAsync(Action<Figure> tell, CancellationToken cancellationToken) => Bench.OverEachWireAsync(async (platform, _, name) =>
    {
        await platform.StartConsumerAsync();
        var producer = await platform.StartProducerAsync();
        var rate = await PublishAsync(producer, cancellationToken);
        await Eventually.SeeAsync(() => platform.World.DeliveriesAsync("handled"), x => x == WarmUp + Count, "all handled");

        // Both by the database's clock.
        var figures = await platform.World.ColumnAsync<double>(
            $"""
            select unnest(percentile_cont(array[0.5, 0.95]) within group (order by ms)) from (
              select extract(epoch from d.handled_at - o.time)::float8 * 1000 as ms
              from messaging.deliveries d join messaging.outbox o on o.id = d.event_id order by o.seq offset {WarmUp}) measured
            union all
            select percentile_cont(0.95) within group (order by ms) from (
              select extract(epoch from d.handled_at - o.sent_at)::float8 * 1000 as ms
              from messaging.deliveries d join messaging.outbox o on o.id = d.event_id order by o.seq offset {WarmUp}) measured
            """);
        var at = FormattableString.Invariant($"at {rate:0}/s over {name}");
        tell(new($"commit to handled, p50, {at}", figures[0], "ms"));
        tell(new($"commit to handled, p95, {at}", figures[1], "ms") { Bar = new(100, AtLeast: false) });
        tell(new($"sent to handled, p95, {at}", figures[2], "ms"));
    });

    /// <returns>Events per second that were really published.</returns>
    private static async Task<double> PublishAsync(TestService producer, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        List<Task> requests = [];
        for (var n = 0; n < WarmUp + Count; n++)
        {
            var due = TimeSpan.FromSeconds(n / (double)PerSecond);
            if (due > watch.Elapsed)
            {
                await Task.Delay(due - watch.Elapsed, cancellationToken);
            }

            requests.Add(producer.PublishAsync($"task-{n % 500}", Platform.Topic));
        }

        await Task.WhenAll(requests);
        return requests.Count / watch.Elapsed.TotalSeconds;
    }
}

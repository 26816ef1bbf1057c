using System.Diagnostics;
using Todo.Messaging.Tests.Delivery.Wires;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Outages;

/// <summary>A steady flow of what a request does: a change and its event in one transaction.</summary>
internal sealed class Requests(TestService producer)
{
    private static int _next;

    /// <summary>Sends requests one after the other, as many in a second as <paramref name="perSecond"/>.</summary>
    /// <returns>How long each took, in milliseconds.</returns>
    public async Task<List<double>> SendAsync(TimeSpan duration, int perSecond)
    {
        var (times, watch) = (new List<double>(), Stopwatch.StartNew());
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1d / perSecond));
        while (watch.Elapsed < duration)
        {
            await timer.WaitForNextTickAsync();
            var started = watch.Elapsed;
            await producer.PublishAsync($"task-{Interlocked.Increment(ref _next) % 40}", Platform.Topic);
            times.Add((watch.Elapsed - started).TotalMilliseconds);
        }

        return times;
    }

    public static double Percentile95(IEnumerable<double> times)
    {
        var sorted = times.Order().ToList();
        return sorted[(int)(sorted.Count * 0.95)];
    }
}

using System.Diagnostics;

namespace LocalCluster.Kafka.Tests.Support;

internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a condition holds; fails with what was seen last when it does not in time.</summary>
    public static async Task HoldsAsync(Func<bool> condition, Func<string> seen, int seconds = 40)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(seconds), $"Not within {seconds} s: {seen()}");
            await Task.Delay(Interval);
        }
    }
}

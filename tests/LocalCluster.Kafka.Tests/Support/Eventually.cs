using System.Diagnostics;

namespace LocalCluster.Kafka.Tests.Support;

internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a condition holds; fails with what was seen last when it does not in time.</summary>
    public static Task HoldsAsync(Func<bool> condition, Func<string> seen, int seconds = 40) => HoldsAsync(() => Task.FromResult(condition()), seen, seconds);

    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> seen, int seconds = 40)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(seconds))
            {
                Assert.Fail($"Not within {seconds} s: {seen()}");
            }

            await Task.Delay(Interval);
        }
    }
}

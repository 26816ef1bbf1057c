using System.Diagnostics;

namespace Kubernetes.Tests.Support;

/// <summary>Waits for the world to become as expected, with a deadline.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static Task IsTrue(Func<bool> condition, string what, int seconds = 60) =>
        IsTrue(() => Task.FromResult(condition()), what, seconds);

    public static async Task IsTrue(Func<Task<bool>> condition, string what, int seconds = 60)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(clock.Elapsed.TotalSeconds < seconds, $"not within {seconds} s: {what}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}

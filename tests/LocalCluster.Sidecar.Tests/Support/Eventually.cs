using System.Diagnostics;

namespace LocalCluster.Sidecar.Tests.Support;

/// <summary>Waits for the world to become what it should be.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task IsTrueAsync(Func<bool> condition, string what, TimeSpan? patience = null) =>
        IsTrueAsync(() => Task.FromResult(condition()), what, patience);

    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(clock.Elapsed < (patience ?? Patience), $"not within {patience ?? Patience}: {what}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Something that must not happen: it is looked for, for the whole time.</summary>
    public static async Task NeverAsync(Func<bool> condition, TimeSpan time, string what)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < time;)
        {
            Assert.False(condition(), what);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until a number has not changed for a while.</summary>
    public static async Task SettlesAsync(Func<int> number, TimeSpan time, string what)
    {
        var (last, since) = (number(), Stopwatch.StartNew());
        await IsTrueAsync(
            () =>
            {
                if (number() is var now && now != last)
                {
                    (last, since) = (now, Stopwatch.StartNew());
                }

                return since.Elapsed >= time;
            },
            what);
    }
}

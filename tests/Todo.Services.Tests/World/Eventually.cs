using System.Diagnostics;

namespace Todo.Services.Tests.World;

/// <summary>Waits for a state of the world, with a deadline.</summary>
internal static class Eventually
{
    // Long, for a busy machine: what has to be quick is measured where it is said.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks until the look is accepted; fails with the last one seen.</summary>
    public static async Task<T> SeeAsync<T>(string what, Func<Task<T>> look, Func<T, bool> accept)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Interval);
        while (true)
        {
            var seen = await look();
            if (accept(seen))
            {
                return seen;
            }

            Assert.True(watch.Elapsed < Deadline, $"Never seen: {what}. Last: {seen}");
            await timer.WaitForNextTickAsync();
        }
    }
}

using System.Diagnostics;

namespace Todo.Messaging.Tests.World;

/// <summary>Waits for a state of the world.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Looks until <paramref name="isRight"/> accepts what it sees; fails with the last look after the deadline.</summary>
    public static async Task<T> SeeAsync<T>(Func<Task<T>> look, Func<T, bool> isRight, string what, TimeSpan? deadline = null)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var seen = await look();
            if (isRight(seen))
            {
                return seen;
            }

            Assert.True(watch.Elapsed < (deadline ?? Deadline), $"Never saw {what}; last: {seen}");
            await Task.Delay(20);
        }
    }

    public static Task SeeAsync(Func<bool> isRight, string what) => SeeAsync(() => Task.FromResult(isRight()), x => x, what);
}

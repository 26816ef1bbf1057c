namespace LocalCluster.Node.Tests.Support;

/// <summary>Waits until something is so.</summary>
public static class Eventually
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>The first result that is not null; fails with <paramref name="what"/> after the deadline (by default 60 s: machines that build and test at the same time are slow).</summary>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> look, TimeSpan? within = null) where T : class
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await look() is { } result)
            {
                return result;
            }

            if (TimeProvider.System.GetElapsedTime(deadline) > (within ?? TimeSpan.FromSeconds(60)))
            {
                Assert.Fail($"never happened: {what}");
            }

            await Task.Delay(Look, TestContext.Current.CancellationToken);
        }
    }

    /// <inheritdoc cref="GetAsync{T}"/>
    public static Task<T> GetAsync<T>(string what, Func<T?> look, TimeSpan? within = null) where T : class => GetAsync(what, () => Task.FromResult(look()), within);

    /// <summary>Waits until the condition holds.</summary>
    public static Task IsTrueAsync(string what, Func<bool> condition, TimeSpan? within = null) => GetAsync(what, () => condition() ? what : null, within);

    /// <summary>Waits until the condition holds.</summary>
    public static Task IsTrueAsync(string what, Func<Task<bool>> condition, TimeSpan? within = null) =>
        GetAsync(what, async () => await condition() ? what : null, within);
}

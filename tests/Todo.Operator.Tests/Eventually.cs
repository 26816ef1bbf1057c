namespace Todo.Operator.Tests;

/// <summary>Waits for something to become true.</summary>
internal static class Eventually
{
    public static async Task Async(Func<Task<bool>> condition, TimeSpan limit, Func<string>? otherwise = null)
    {
        using var timeout = new CancellationTokenSource(limit);
        while (!await condition())
        {
            if (timeout.IsCancellationRequested)
            {
                Assert.Fail($"Not within {limit.TotalSeconds} s. {otherwise?.Invoke()}");
            }

            await Task.Delay(50, CancellationToken.None);
        }
    }
}

using System.Runtime.CompilerServices;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>
/// No test waits without end. What is awaited has a deadline that names it; a call into librdkafka that blocks is stopped by
/// the test's own, which names the test.
/// </summary>
internal static class Deadlines
{
    /// <summary>Longer than anything takes on a machine that is busy with something else: what is not there by then never comes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    /// <summary>For a whole test, in milliseconds.</summary>
    public const int Test = 180_000;

    public static Task InTimeAsync(this Task task, [CallerArgumentExpression(nameof(task))] string what = "") => NamedAsync(task.WaitAsync(Patience), what);

    public static async Task<T> InTimeAsync<T>(this Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await NamedAsync(task.WaitAsync(Patience), what);
        return await task;
    }

    private static async Task NamedAsync(Task waiting, string what)
    {
        try
        {
            await waiting;
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"Not within {Patience.TotalSeconds:0} s: {what}", late);
        }
    }
}

using System.Collections.Concurrent;

namespace LocalCluster.Dependencies;

/// <summary>
/// One thread that starts every child process. The kernel's parent-death signal fires when the <em>thread</em> that forked ends; a thread of the
/// pool may end at any time, this one ends with the process.
/// </summary>
public static class ForkThread
{
    private static readonly BlockingCollection<Action> Work = Start();

    /// <summary>Runs <paramref name="start"/> on the thread and returns what it returned, or its exception.</summary>
    public static Task<T> RunAsync<T>(Func<T> start)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                result.SetResult(start());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        return result.Task;
    }

    private static BlockingCollection<Action> Start()
    {
        var work = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var action in work.GetConsumingEnumerable())
            {
                action();
            }
        })
        {
            IsBackground = true,
            Name = "fork",
        }.Start();
        return work;
    }
}

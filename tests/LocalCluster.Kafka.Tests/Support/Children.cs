using System.Collections.Concurrent;
using System.Diagnostics;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>The processes that tests start. None outlives the test program, not even those of a test that ran out of time.</summary>
internal static class Children
{
    private static readonly ConcurrentDictionary<Process, bool> Started = new();

    static Children() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in Started.Keys)
        {
            Kill(process);
        }
    };

    public static Process Start(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        Started[process] = true;
        return process;
    }

    /// <summary>Kills it unless it has ended, and lets go of it.</summary>
    public static void End(Process process)
    {
        Started.TryRemove(process, out _);
        Kill(process);
        process.Dispose();
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }
}

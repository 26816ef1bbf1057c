using System.Globalization;

namespace Benchmarks.Runtime;

/// <summary>What a process has of memory that it shares with nobody and that no file backs: what a limit of the container counts in the end.</summary>
internal static class PrivateMemory
{
    /// <summary>In bytes, by <c>/proc</c> (RssAnon).</summary>
    public static long Of(string process)
    {
        const string Name = "RssAnon:";
        var line = File.ReadLines($"/proc/{process}/status").Single(static l => l.StartsWith(Name, StringComparison.Ordinal));
        return long.Parse(line[Name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Of this process, after everything that is not used has been given back.</summary>
    public static long OfThisProcess()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return Of("self");
    }
}

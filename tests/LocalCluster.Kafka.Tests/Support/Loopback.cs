namespace LocalCluster.Kafka.Tests.Support;

/// <summary>
/// Addresses that belong to this run alone: a second run on the same machine, or what a killed one has left behind, must not be
/// mistaken for a broker of ours. Ports are below those that the system gives out, so one that is free for a moment stays free.
/// </summary>
internal static class Loopback
{
    private static int _lastPort = 9091;

    private static string Address { get; } = $"127.63.{1 + (Environment.ProcessId / 250 % 250)}.{1 + (Environment.ProcessId % 250)}";

    public static string Next() => $"{Address}:{Interlocked.Increment(ref _lastPort)}";
}

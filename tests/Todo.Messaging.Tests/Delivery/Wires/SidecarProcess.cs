using LocalCluster.Dependencies;

namespace Todo.Messaging.Tests.Delivery.Wires;

/// <summary>The sidecar of one pod, in a process of its own.</summary>
internal static class SidecarProcess
{
    /// <summary>A busy machine may need more than the usual half minute.</summary>
    public static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(90);

    private const int ApiPort = 3500;

    /// <returns>When its API answers; the app may come later.</returns>
    public static Task<Daemon> StartAsync(string folder, string address, IReadOnlyList<string> arguments) => Daemon.StartAsync(
        new()
        {
            Name = "sidecar",
            Program = Path.Combine(AppContext.BaseDirectory, "LocalCluster.Sidecar"),
            Arguments = arguments,
            Folder = folder,
            LogFile = Path.Combine(folder, "sidecar.log"),
            Endpoints = [new(address, ApiPort)],
            StartDeadline = StartDeadline,
            // It drains at SIGTERM, and nothing is left to be drained after a test.
            StopSignal = 9,
        },
        CancellationToken.None);
}

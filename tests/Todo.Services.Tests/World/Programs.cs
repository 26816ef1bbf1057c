using LocalCluster.Dependencies;

namespace Todo.Services.Tests.World;

/// <summary>Starts the programs that lie beside this one.</summary>
internal static class Programs
{
    // A machine that is busy with other tests is slow to start a process; nothing is judged by that.
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(2);

    /// <summary>Starts one and waits until it listens everywhere it should.</summary>
    public static Task<Daemon> StartAsync(
        string name, string folder, IReadOnlyList<Endpoint> endpoints, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        Directory.CreateDirectory(folder);
        return Daemon.StartAsync(
            new DaemonSpec
            {
                Name = name,
                Program = "env",
                Arguments =
                [
                    .. (environment ?? new Dictionary<string, string>()).Select(e => $"{e.Key}={e.Value}"),
                    "dotnet", Path.Combine(AppContext.BaseDirectory, name + ".dll"), .. arguments,
                ],
                Folder = folder,
                LogFile = Path.Combine(folder, $"{name}.{Guid.NewGuid().ToString("N")[..6]}.log"),
                Endpoints = endpoints,
                StartDeadline = StartDeadline,
            },
            CancellationToken.None);
    }
}

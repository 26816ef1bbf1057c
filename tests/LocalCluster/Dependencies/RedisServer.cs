using System.Globalization;

namespace LocalCluster.Dependencies;

/// <summary>A Redis server of its own in a folder, with an append-only file as a broker needs it.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private RedisServer(Daemon process) => Process = process;

    /// <summary>The process, for tests that stop or kill it.</summary>
    public Daemon Process { get; private set; }

    public static async Task<RedisServer> StartAsync(Endpoint endpoint, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var daemon = await Daemon.StartAsync(
            new DaemonSpec
            {
                Name = "Redis",
                Program = "redis-server",
                Arguments =
                [
                    "--bind", endpoint.Host, "--port", endpoint.Port.ToString(CultureInfo.InvariantCulture), "--dir", folder,
                    "--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction", "--save", "", "--protected-mode", "no",
                ],
                Folder = folder,
                LogFile = Path.Combine(folder, "redis.log"),
                Endpoints = [endpoint],
            },
            cancellationToken);
        return new RedisServer(daemon);
    }

    /// <summary>Starts it again on what its folder has kept, after its process was stopped or killed.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        await Process.DisposeAsync();
        Process = await Daemon.StartAsync(Process.Spec, cancellationToken);
    }

    /// <summary>Sends one command; see <see cref="RedisCommand"/> for the answer.</summary>
    public Task<object?> CommandAsync(params string[] command) => RedisCommand.SendAsync(Process.Spec.Endpoints[0].Host, Process.Spec.Endpoints[0].Port, command);

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}

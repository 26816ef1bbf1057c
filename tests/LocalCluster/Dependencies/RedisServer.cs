using System.Globalization;

namespace LocalCluster.Dependencies;

/// <summary>A Redis server of its own in a folder, with an append-only file as a broker needs it.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly Daemon _daemon;

    private RedisServer(Daemon daemon) => _daemon = daemon;

    /// <summary>The process, for tests that stop or kill it.</summary>
    public Daemon Process => _daemon;

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

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();
}

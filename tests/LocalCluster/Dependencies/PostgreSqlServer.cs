using System.Diagnostics;
using System.Globalization;

namespace LocalCluster.Dependencies;

/// <summary>
/// A PostgreSQL server of its own in a folder: made with initdb at the first start, user <c>todo</c>, no password, and unless it is asked for, not durable (its life is as short as a test's).
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const int FastShutdown = 2; // SIGINT

    private PostgreSqlServer(Daemon daemon, Endpoint endpoint)
    {
        Process = daemon;
        Endpoint = endpoint;
    }

    public Endpoint Endpoint { get; }

    /// <summary>The process, for tests that stop or kill it.</summary>
    public Daemon Process { get; private set; }

    /// <param name="endpoint">Where it listens.</param>
    /// <param name="folder">Where its data and its log are.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <param name="durable">Every commit waits for the disk, as PostgreSQL does unless it is told otherwise. For measurements.</param>
    public static async Task<PostgreSqlServer> StartAsync(Endpoint endpoint, string folder, CancellationToken cancellationToken, bool durable = false)
    {
        var programs = Prerequisites.PostgreSqlFolder() ?? throw new ClusterException("PostgreSQL is missing (Debian: apt-get install postgresql).");
        var data = Path.Combine(folder, "data");
        Directory.CreateDirectory(folder);
        var wrapper = await Unprivileged.WrapperAsync(folder);
        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
        {
            await InitializeAsync(programs, data, wrapper, cancellationToken);
        }

        string[] settings =
        [
            $"listen_addresses={endpoint.Host}", string.Create(CultureInfo.InvariantCulture, $"port={endpoint.Port}"), "unix_socket_directories=",
            "max_wal_size=2GB", "max_connections=300", "shared_buffers=128MB",
            .. durable ? (string[])[] : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
        ];
        var daemon = await Daemon.StartAsync(
            new DaemonSpec
            {
                Name = "PostgreSQL",
                Program = Path.Combine(programs, "postgres"),
                Arguments = ["-D", data, .. settings.SelectMany(s => new[] { "-c", s })],
                Wrapper = wrapper,
                Folder = folder,
                LogFile = Path.Combine(folder, "postgresql.log"),
                Endpoints = [endpoint],
                IsReady = () => IsReady(data),
                StopSignal = FastShutdown,
            },
            cancellationToken);
        return new PostgreSqlServer(daemon, endpoint);
    }

    /// <summary>Connection string for one database; "postgres" always exists.</summary>
    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host={Endpoint.Host};Port={Endpoint.Port};Username=todo;Database={database}");

    /// <summary>A clean stop, which breaks off what is under way; not being durable, it would lose what was committed by another one.</summary>
    public Task StopAsync() => Process.DisposeAsync().AsTask();

    /// <summary>Starts it again on what its folder has kept, after <see cref="StopAsync"/>.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken) => Process = await Daemon.StartAsync(Process.Spec, cancellationToken);

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    // It listens while it still recovers, and refuses. The last line of its pid file says how far it is; pg_ctl goes by it too.
    private static bool IsReady(string data)
    {
        try
        {
            return File.ReadLines(Path.Combine(data, "postmaster.pid")).LastOrDefault()?.Trim() == "ready";
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task InitializeAsync(string programs, string data, IReadOnlyList<string> wrapper, CancellationToken cancellationToken)
    {
        string[] command =
        [
            .. wrapper, Path.Combine(programs, "initdb"), "--pgdata", data, "--auth", "trust", "--username", "todo", "--encoding", "UTF8",
            "--locale", "C.UTF-8", "--no-sync",
        ];
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new ClusterException($"initdb in {data} ended with {process.ExitCode}: {await error} {await output}");
        }
    }
}

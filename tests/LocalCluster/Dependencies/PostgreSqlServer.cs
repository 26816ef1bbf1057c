using System.Diagnostics;
using System.Globalization;

namespace LocalCluster.Dependencies;

/// <summary>
/// A PostgreSQL server of its own in a folder: made with initdb at the first start, user <c>todo</c>, no password, fsync off (its life is as short as a test's).
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const int FastShutdown = 2; // SIGINT

    private readonly Daemon _daemon;

    private PostgreSqlServer(Daemon daemon, Endpoint endpoint)
    {
        _daemon = daemon;
        Endpoint = endpoint;
    }

    public Endpoint Endpoint { get; }

    /// <summary>The process, for tests that stop or kill it.</summary>
    public Daemon Process => _daemon;

    public static async Task<PostgreSqlServer> StartAsync(Endpoint endpoint, string folder, CancellationToken cancellationToken)
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
            "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=2GB", "max_connections=300", "shared_buffers=128MB",
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
                StopSignal = FastShutdown,
            },
            cancellationToken);
        return new PostgreSqlServer(daemon, endpoint);
    }

    /// <summary>Connection string for one database; "postgres" always exists.</summary>
    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host={Endpoint.Host};Port={Endpoint.Port};Username=todo;Database={database}");

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

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

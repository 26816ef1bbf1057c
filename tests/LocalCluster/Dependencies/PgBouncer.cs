using System.Globalization;

namespace LocalCluster.Dependencies;

/// <summary>A real PgBouncer before a PostgreSQL server: whoever comes is let in, as <c>user</c>.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/pgbouncer";
    private const int Interrupt = 2;

    private readonly Daemon _daemon;

    private PgBouncer(Daemon daemon) => _daemon = daemon;

    /// <summary>Whether there is the program (Debian: apt-get install pgbouncer).</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Starts one.</summary>
    /// <param name="endpoint">Where it listens.</param>
    /// <param name="server">Where PostgreSQL listens.</param>
    /// <param name="user">As whom it logs in there.</param>
    /// <param name="poolMode"><c>session</c> or <c>transaction</c>.</param>
    /// <param name="folder">For its settings and log.</param>
    /// <param name="cancellationToken">Ends the wait for its start.</param>
    public static async Task<PgBouncer> StartAsync(Endpoint endpoint, Endpoint server, string user, string poolMode, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var settings = Path.Combine(folder, "pgbouncer.ini");
        await File.WriteAllTextAsync(
            settings,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                 [databases]
                 * = host={server.Host} port={server.Port} user={user}
                 [pgbouncer]
                 listen_addr = {endpoint.Host}
                 listen_port = {endpoint.Port}
                 unix_socket_dir =
                 auth_type = any
                 pool_mode = {poolMode}

                 """),
            cancellationToken);
        return new PgBouncer(await Daemon.StartAsync(
            new DaemonSpec
            {
                Name = "PgBouncer",
                Program = Program,
                Arguments = [settings],
                Wrapper = await Unprivileged.WrapperAsync(folder),
                Folder = folder,
                LogFile = Path.Combine(folder, "pgbouncer.log"),
                Endpoints = [endpoint],
                StopSignal = Interrupt,
            },
            cancellationToken));
    }

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();
}

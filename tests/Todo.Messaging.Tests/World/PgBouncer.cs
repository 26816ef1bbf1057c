using System.Globalization;
using LocalCluster.Dependencies;
using Npgsql;

namespace Todo.Messaging.Tests.World;

/// <summary>A real PgBouncer between a service and the run's PostgreSQL.</summary>
internal sealed class PgBouncer(Daemon daemon, string connectionString) : IAsyncDisposable
{
    private const string Program = "/usr/sbin/pgbouncer";
    private const int Interrupt = 2;

    public static bool IsInstalled => File.Exists(Program);

    public string ConnectionString => connectionString;

    public static async Task<PgBouncer> StartAsync(string server, string poolMode, string folder)
    {
        Directory.CreateDirectory(folder);
        var target = new NpgsqlConnectionStringBuilder(server);
        var endpoint = new Endpoint(TestServers.NextAddress().ToString(), 6432);
        var settings = Path.Combine(folder, "pgbouncer.ini");
        await File.WriteAllTextAsync(
            settings,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                 [databases]
                 * = host={target.Host} port={target.Port} user={target.Username}
                 [pgbouncer]
                 listen_addr = {endpoint.Host}
                 listen_port = {endpoint.Port}
                 unix_socket_dir =
                 auth_type = any
                 pool_mode = {poolMode}
                 ignore_startup_parameters = extra_float_digits

                 """));

        var daemon = await Daemon.StartAsync(
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
            CancellationToken.None);
        target.Host = endpoint.Host;
        target.Port = endpoint.Port;
        return new PgBouncer(daemon, target.ConnectionString);
    }

    public ValueTask DisposeAsync() => daemon.DisposeAsync();
}

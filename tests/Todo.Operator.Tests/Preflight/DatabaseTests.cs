using System.Security.Cryptography.X509Certificates;
using LocalCluster.Dependencies;
using Todo.Operator.Preflight;
using Todo.Operator.Preflight.Wire.PostgreSql;
using Todo.Operator.Tests.Cluster;

namespace Todo.Operator.Tests.Preflight;

public sealed class DatabaseTests(TestBackends backends)
{
    private const string Secret = "todo-app-secrets";
    private const string Key = "DATABASE_URL";

    public static TheoryData<string, string> Malformed() => new()
    {
        { "Host=db;Username=todo;Password=secret", "is a .NET connection string, which the services read but Dapr does not" },
        { "mysql://todo:secret@db:3306/todo", "has another scheme than postgres://" },
        { "postgres://todo:se#cret@db:5432/todo", "is not a URI (a password with special characters has to be percent-encoded)" },
        { "postgres://todo:secret@db:5432", "names no database" },
        { "postgres://db:5432/todo", "names no user" },
        { "host=db user=todo password=secret", "names no database" },
        { "user=todo password=secret dbname=todo", "names no host" },
        { "todo", "is neither a URI nor key=value words" },
        { "host=db port=none user=todo dbname=todo", "has a port that is none" },
        { "host=db user=todo dbname=todo sslmode=yes", "has an sslmode that does not exist" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_connection_string_that_Dapr_does_not_read_and_that_is_never_shown(string text, string problem)
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Secret(Secret, Key, text);
        Assert.Equal(
            [$"database/connection-string Failed: {Secret}.{Key} {problem}. Dapr's state store reads postgres://user:password@host:5432/database."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task Nobody_listens()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var nobody = $"{TestBackends.NextAddress()}:5432";
        world.Secret(Secret, Key, $"postgres://todo:secret@{nobody}/todo");
        Assert.Equal(
            [$"database Failed: {nobody} does not accept connections (ConnectionRefused). Is PostgreSQL running, and may the operator's pod reach it?"],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_database_that_does_not_exist()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Secret(Secret, Key, Url("todo", "nowhere"));
        Assert.Equal(
            [$"database Failed: {await AddressAsync()} refuses: database \"nowhere\" does not exist. Compare {Secret}.{Key} with the server."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task TLS_where_there_is_none()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Secret(Secret, Key, Url("todo", "postgres") + "?sslmode=require");
        Assert.Equal(
            [$"database Failed: {await AddressAsync()} offers no TLS, but sslmode asks for it. Compare {Secret}.{Key} with the server."],
            await world.ComplaintsAsync());
    }

    [Theory]
    [InlineData(false, "does not answer within 3 s. Is PostgreSQL running, and may the operator's pod reach it?")]
    [InlineData(true, "accepts connections, but closed this one. Compare todo-app-secrets.DATABASE_URL with the server.")]
    public async Task Something_else_than_PostgreSQL(bool closes, string expected)
    {
        using var listener = new System.Net.Sockets.TcpListener(TestBackends.NextAddress(), 5432);
        listener.Start();
        if (closes)
        {
            _ = CloseAllAsync(listener);
        }

        await using var world = await PreflightWorld.StartAsync(backends);
        world.Secret(Secret, Key, $"postgres://todo:secret@{listener.LocalEndpoint}/todo?sslmode=disable");
        Assert.Equal([$"database Failed: {listener.LocalEndpoint} {expected}"], await world.ComplaintsAsync());
    }

    [Fact]
    public async Task TLS_where_there_is()
    {
        var server = new Endpoint(TestBackends.NextAddress().ToString(), 5432);
        await using var postgres = await PostgreSqlServer.StartAsync(server, backends.NewFolder(), CancellationToken.None);
        using var certificate = AuthenticatingKafka.CertificateFor(System.Net.IPAddress.Parse(server.Host));
        await using (var admin = await ConnectAsync($"postgres://todo@{server}/postgres"))
        {
            // Written by the server itself, whose own its key has to be.
            var folder = await admin.AskAsync("show data_directory", CancellationToken.None);
            await admin.AskAsync($"copy (select '{OneLine(certificate.ExportCertificatePem())}') to program 'tr _ ''\n'' > {folder}/server.crt'", CancellationToken.None);
            await admin.AskAsync(
                $"copy (select '{OneLine(certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem())}') to program 'umask 077; tr _ ''\n'' > {folder}/server.key'", CancellationToken.None);
            await admin.AskAsync("alter system set ssl = on", CancellationToken.None);
            await admin.AskAsync("select pg_reload_conf()", CancellationToken.None);
        }

        await using var world = await PreflightWorld.StartAsync(backends);
        world.Secret(Secret, Key, $"postgres://todo@{server}/postgres?sslmode=require");
        await Eventually.Async(async () => (await world.ComplaintsAsync()).Count == 0, TimeSpan.FromSeconds(30));

        // Nobody that the system knows has signed it.
        world.Secret(Secret, Key, $"postgres://todo@{server}/postgres?sslmode=verify-full");
        var complaint = Assert.Single(await world.ComplaintsAsync());
        Assert.StartsWith($"database Failed: TLS with {server} failed: The remote certificate ", complaint, StringComparison.Ordinal);
        Assert.EndsWith($". Compare {Secret}.{Key} with the server.", complaint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scram-sha-256")]
    [InlineData("md5")]
    [InlineData("password")]
    public async Task A_password_is_tried(string method)
    {
        var server = new Endpoint(TestBackends.NextAddress().ToString(), 5432);
        await using var postgres = await PostgreSqlServer.StartAsync(server, backends.NewFolder(), CancellationToken.None);
        await using (var admin = await ConnectAsync($"postgres://todo@{server}/postgres"))
        {
            await admin.AskAsync($"set password_encryption = '{(method == "md5" ? "md5" : "scram-sha-256")}'", CancellationToken.None);
            await admin.AskAsync("create role guarded login superuser password 'right'", CancellationToken.None);
            var hba = await admin.AskAsync("show hba_file", CancellationToken.None);
            await admin.AskAsync($"copy (select unnest(array['host all guarded all {method}', 'host all all all trust'])) to '{hba}'", CancellationToken.None);
            await admin.AskAsync("select pg_reload_conf()", CancellationToken.None);
        }

        await using var world = await PreflightWorld.StartAsync(backends);
        world.Secret(Secret, Key, $"postgres://guarded:wrong@{server}/postgres");
        string[] refused = [$"database Failed: {server} refuses: password authentication failed for user \"guarded\". Compare {Secret}.{Key} with the server."];
        await Eventually.Async(async () => (await world.ComplaintsAsync()).SequenceEqual(refused), TimeSpan.FromSeconds(30));

        world.Secret(Secret, Key, $"postgres://guarded:right@{server}/postgres");
        Assert.Empty(await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_user_who_may_not_make_tables()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await using (var admin = await ConnectAsync(Url("todo", "postgres")))
        {
            await admin.AskAsync("create role reader login", CancellationToken.None);
        }

        world.Secret(Secret, Key, Url("reader", "postgres"));
        Assert.Equal(
            ["database Failed: User reader may not make tables in database postgres, and Dapr's do not exist yet: grant create on schema public to reader."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_table_of_another_layout_under_the_same_name()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await using (var admin = await ConnectAsync(Url("todo", "postgres")))
        {
            await admin.AskAsync("create table older_state (key text primary key, value jsonb)", CancellationToken.None);
        }

        world.Spec["stateStore"] = new System.Text.Json.Nodes.JsonObject { ["tablePrefix"] = "older_" };
        Assert.Equal(
            ["database Failed: Table older_state exists, but is not that of state.postgresql v2 (v1 and v2 do not share tables): set spec.stateStore.tablePrefix."],
            await world.ComplaintsAsync());
    }

    [Theory]
    [InlineData("transaction")]
    [InlineData("session")]
    public async Task A_pooler_that_shares_sessions(string mode)
    {
        Assert.SkipUnless(PgBouncer.IsInstalled, "PgBouncer is not installed.");
        var pooler = new Endpoint(TestBackends.NextAddress().ToString(), 6432);
        await using var daemon = await PgBouncer.StartAsync(pooler, await AddressAsync(), "todo", mode, backends.NewFolder(), CancellationToken.None);
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Secret(Secret, Key, $"postgres://todo@{pooler}/postgres");
        string[] shared =
        [
            $"database Failed: {pooler} is a connection pooler in transaction mode; prepared statements and session locks do not work through it. "
            + "Use the address of PostgreSQL itself, or a pooler in session mode (PgBouncer: pool_mode = session).",
        ];
        Assert.Equal(mode == "transaction" ? shared : [], await world.ComplaintsAsync());
    }

    private static string OneLine(string pem) => pem.ReplaceLineEndings("_");

    private static async Task CloseAllAsync(System.Net.Sockets.TcpListener listener)
    {
        try
        {
            while (true)
            {
                (await listener.AcceptTcpClientAsync()).Dispose();
            }
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static Task<PostgreSqlConnection> ConnectAsync(string url) => PostgreSqlConnection.OpenAsync(PostgreSqlAddress.Parse(url).Address!, CancellationToken.None);

    private string Url(string user, string database) => $"postgres://{user}:x@{backends.DatabaseEndpoint}/{database}";

    private async Task<Endpoint> AddressAsync() => (await backends.PostgreSqlAsync()).Endpoint;
}

using LocalCluster.Dependencies;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Hosting;

public sealed class MigratorTests(TestServers servers)
{
    private static readonly MigrationSet Messaging = new("messaging", typeof(Migrator).Assembly, "messaging/");

    [Fact]
    public async Task Many_pods_may_start_at_once_and_again()
    {
        var text = await servers.CreateDatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => MigrateAsync(text)));
        await MigrateAsync(text);

        await using var database = NpgsqlDataSource.Create(text);
        await using var command = database.CreateCommand("select count(*) from public.schema_migrations where set = 'messaging'");
        Assert.Equal((long)Messaging.Read().Count, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_database_that_does_not_exist_yet_is_waited_for()
    {
        var text = await servers.CreateDatabaseAsync();
        var later = new NpgsqlConnectionStringBuilder(text) { Database = "later" + Guid.NewGuid().ToString("N") };
        var migrating = MigrateAsync(later.ConnectionString);
        Assert.False(migrating.IsCompleted);

        await using var database = NpgsqlDataSource.Create(text);
        await using var command = database.CreateCommand($"create database {later.Database}");
        await command.ExecuteNonQueryAsync();

        await migrating.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_pooler_that_shares_sessions_is_refused_with_an_explanation()
    {
        Assert.SkipUnless(PgBouncer.IsInstalled, "PgBouncer is not installed (Debian: apt-get install pgbouncer).");
        var (pooler, connectionString) = await PooledAsync("transaction");
        await using var _ = pooler;

        var refusal = await Assert.ThrowsAsync<InvalidSettingException>(() => MigrateAsync(connectionString));

        Assert.Equal("DATABASE_URL", refusal.Variable);
        Assert.Contains("pool_mode = session", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pooler_that_gives_each_client_a_session_is_as_good_as_the_server()
    {
        Assert.SkipUnless(PgBouncer.IsInstalled, "PgBouncer is not installed (Debian: apt-get install pgbouncer).");
        var (pooler, connectionString) = await PooledAsync("session");
        await using var _ = pooler;

        await MigrateAsync(connectionString);
    }

    [Fact]
    public void A_set_without_files_is_a_mistake() =>
        Assert.Throws<InvalidOperationException>(() => new MigrationSet("nothing", typeof(Migrator).Assembly, "nothing/").Read());

    private async Task<(PgBouncer Pooler, string ConnectionString)> PooledAsync(string mode)
    {
        var text = new NpgsqlConnectionStringBuilder(await servers.CreateDatabaseAsync());
        var endpoint = new Endpoint(TestServers.NextAddress().ToString(), 6432);
        var pooler = await PgBouncer.StartAsync(endpoint, new Endpoint(text.Host!, text.Port), text.Username!, mode, servers.NewFolder(), CancellationToken.None);
        (text.Host, text.Port) = (endpoint.Host, endpoint.Port);
        return (pooler, text.ConnectionString);
    }

    private static async Task MigrateAsync(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync([Messaging], CancellationToken.None);
    }
}

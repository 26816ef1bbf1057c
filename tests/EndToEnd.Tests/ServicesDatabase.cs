using LocalCluster.Hosting.Todo;
using Npgsql;

namespace EndToEnd.Tests;

/// <summary>The services' database, as somebody with a client of their own sees and spoils it.</summary>
internal static class ServicesDatabase
{
    /// <summary>Each time a new connection: one of a pool may be from before the database was started again.</summary>
    public static NpgsqlConnection Connect(this TodoCluster cluster) => new(cluster.ConnectionString + ";Pooling=false");

    public static async Task ExecuteAsync(this TodoCluster cluster, string sql)
    {
        await using var connection = cluster.Connect();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<long> CountAsync(this TodoCluster cluster, string sql)
    {
        await using var connection = cluster.Connect();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>What the mail service itself says of mails that may have come twice, since the cluster was started.</summary>
    public static Task<long> CountDoubtfulAsync(this TodoCluster cluster) => cluster.CountAsync("select coalesce(sum(doubtful), 0)::bigint from mails");
}

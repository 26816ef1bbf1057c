using LocalCluster.Hosting.Todo;
using Npgsql;

namespace EndToEnd.Tests;

/// <summary>The services' database, as somebody with a client of their own sees and spoils it.</summary>
internal static class ServicesDatabase
{
    public static async Task ExecuteAsync(this TodoCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<long> CountAsync(this TodoCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>What the mail service itself says of mails that may have come twice, since the cluster was started.</summary>
    public static Task<long> CountDoubtfulAsync(this TodoCluster cluster) => cluster.CountAsync("select coalesce(sum(doubtful), 0)::bigint from mails");
}

using Npgsql;
using Todo.Messaging.Hosting;

namespace Todo.Messaging.Schema;

/// <summary>
/// Refuses a connection pooler in transaction mode. Lanes are owned by session locks and relays are woken by LISTEN; behind a pooler that lends its server
/// connections out for one transaction at a time both belong to whoever comes next.
/// </summary>
internal static class SessionCheck
{
    private const string BackendSql = "select pg_backend_pid()";

    /// <summary>Two clients that are connected at the same time have a server process each, unless something between them and the server shares one.</summary>
    /// <exception cref="InvalidSettingException">Sessions are shared.</exception>
    public static async Task EnsureAsync(NpgsqlConnection first, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var before = await BackendAsync(first, cancellationToken);
        await using var second = await database.OpenConnectionAsync(cancellationToken);

        // Held until the end: a pooler now has to give the first client another process, if the second has got its own.
        await using var transaction = await second.BeginTransactionAsync(cancellationToken);
        var other = await BackendAsync(second, cancellationToken);
        if (other == before || await BackendAsync(first, cancellationToken) != before)
        {
            throw new InvalidSettingException(
                DatabaseAddress.Variable,
                "leads to a connection pooler in transaction mode; session locks and LISTEN do not work through it. "
                + "Use the address of PostgreSQL itself, or a pooler in session mode (PgBouncer: pool_mode = session).");
        }
    }

    private static async Task<int> BackendAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(BackendSql, connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}

using Microsoft.Extensions.Logging;
using Npgsql;
using Todo.Messaging.Hosting;

namespace Todo.Messaging.Schema;

/// <summary>
/// Brings the database to the newest schema: each migration in a transaction of its own, all under one advisory lock, so that any
/// number of pods may start at once. Waits for a database that is not there yet, without end, and says so.
/// </summary>
public sealed partial class Migrator(NpgsqlDataSource database, TimeProvider time, ILogger<Migrator> log)
{
    // Any constant will do; this one is "todomigr" in ASCII.
    private const long LockKey = 0x746f646f6d696772;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <exception cref="PostgresException">A migration itself failed: starting again will not help.</exception>
    /// <exception cref="InvalidSettingException">The database is behind a pooler that shares sessions.</exception>
    public async Task MigrateAsync(IReadOnlyList<MigrationSet> sets, CancellationToken cancellationToken)
    {
        var wait = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            var connected = false;
            try
            {
                await using var connection = await database.OpenConnectionAsync(cancellationToken);
                connected = true;
                await SessionCheck.EnsureAsync(connection, database, cancellationToken);
                await ApplyAsync(connection, sets, cancellationToken);
                return;
            }
            catch (NpgsqlException e) when (!connected || DatabaseErrors.IsTransient(e))
            {
                // Before the connection is open everything is waited for: a database or a role may be created a moment later.
                Waiting(log, e.Message, wait);
            }

            await Task.Delay(wait, time, cancellationToken);
            wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, LongestWait.Ticks));
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<MigrationSet> sets, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockKey})", cancellationToken);
        try
        {
            await ExecuteAsync(
                connection,
                """
                create table if not exists public.schema_migrations (
                    set text not null, number int not null, name text not null, applied_at timestamptz not null default clock_timestamp(),
                    primary key (set, number))
                """,
                cancellationToken);
            foreach (var set in sets)
            {
                await ApplyAsync(connection, set, cancellationToken);
            }
        }
        finally
        {
            await ExecuteAsync(connection, $"select pg_advisory_unlock({LockKey})", CancellationToken.None);
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, MigrationSet set, CancellationToken cancellationToken)
    {
        var applied = await AppliedAsync(connection, set.Name, cancellationToken);
        foreach (var migration in set.Read().Where(x => !applied.Contains(x.Number)))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(connection, migration.Sql, cancellationToken);
            await using var record = new NpgsqlCommand("insert into public.schema_migrations (set, number, name) values ($1, $2, $3)", connection)
            {
                Parameters = { new() { Value = set.Name }, new() { Value = migration.Number }, new() { Value = migration.Name } },
            };
            await record.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            Applied(log, set.Name, migration.Name);
        }
    }

    private static async Task<HashSet<int>> AppliedAsync(NpgsqlConnection connection, string set, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select number from public.schema_migrations where set = $1", connection)
        {
            Parameters = { new() { Value = set } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var numbers = new HashSet<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            numbers.Add(reader.GetInt32(0));
        }

        return numbers;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer ({Reason}); next try in {Wait}")]
    private static partial void Waiting(ILogger logger, string reason, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied migration {Set}/{Name}")]
    private static partial void Applied(ILogger logger, string set, string name);
}

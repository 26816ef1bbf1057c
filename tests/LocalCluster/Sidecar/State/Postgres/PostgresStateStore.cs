using LocalCluster.Sidecar.Components;
using Npgsql;
using NpgsqlTypes;

namespace LocalCluster.Sidecar.State.Postgres;

/// <summary><c>state.postgresql</c> v2: one table, an ETag per row that changes with each write, rows with an end of life.</summary>
internal sealed class PostgresStateStore : IStateStore
{
    private readonly NpgsqlDataSource _database;
    private readonly string _table;
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _cleaning;

    private PostgresStateStore(NpgsqlDataSource database, string table, TimeSpan cleanupInterval, TimeProvider time)
    {
        _database = database;
        _table = table;
        _cleaning = cleanupInterval > TimeSpan.Zero ? CleanAsync(cleanupInterval, time) : Task.CompletedTask;
    }

    /// <exception cref="ComponentInitException">The database does not answer, or a table of another version has the name.</exception>
    public static async Task<PostgresStateStore> OpenAsync(ComponentMetadata metadata, TimeProvider time, CancellationToken cancellation)
    {
        var database = new NpgsqlSlimDataSourceBuilder(PostgresConnectionString.From(metadata).ConnectionString).EnableTransportSecurity().Build();
        var table = Quote((metadata.Text("tablePrefix") ?? "") + "state");
        var metadataTable = Quote(metadata.Text("metadataTableName") ?? "dapr_metadata");
        try
        {
            // The lock keeps sidecars that start at the same time from making the tables at the same time.
            await using var setup = database.CreateCommand(
                $"""
                SELECT pg_advisory_xact_lock(hashtext('dapr_state_migration'));
                CREATE TABLE IF NOT EXISTS {metadataTable} (key text NOT NULL PRIMARY KEY, value text NOT NULL);
                CREATE TABLE IF NOT EXISTS {table} (
                    key text NOT NULL PRIMARY KEY,
                    value bytea NOT NULL,
                    etag uuid NOT NULL DEFAULT gen_random_uuid(),
                    created_at timestamptz NOT NULL DEFAULT now(),
                    updated_at timestamptz,
                    expires_at timestamptz);
                CREATE INDEX IF NOT EXISTS {Quote((metadata.Text("tablePrefix") ?? "") + "state_expires_at_idx")} ON {table} (expires_at);
                """);
            await setup.ExecuteNonQueryAsync(cancellation);
        }
        catch (Exception error) when (error is NpgsqlException or OperationCanceledException)
        {
            await database.DisposeAsync();
            throw new ComponentInitException($"failed to perform migrations: {error.Message}", error);
        }

        var interval = metadata.Text("cleanupIntervalInSeconds") is null
            ? metadata.Duration("cleanupInterval", TimeSpan.FromHours(1), TimeSpan.FromSeconds(1))
            : metadata.Duration("cleanupIntervalInSeconds", TimeSpan.FromHours(1), TimeSpan.FromSeconds(1));
        return new PostgresStateStore(database, table, interval, time);
    }

    public async Task<StateItem?> GetAsync(string key, CancellationToken cancellation)
    {
        try
        {
            await using var command = _database.CreateCommand(
                $"SELECT value, etag, expires_at FROM {_table} WHERE key = $1 AND (expires_at IS NULL OR expires_at >= now())");
            command.Parameters.AddWithValue(key);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            return await reader.ReadAsync(cancellation)
                ? new StateItem(
                    reader.GetFieldValue<byte[]>(0),
                    reader.GetGuid(1).ToString(),
                    await reader.IsDBNullAsync(2, cancellation) ? null : reader.GetFieldValue<DateTimeOffset>(2))
                : null;
        }
        catch (NpgsqlException error)
        {
            throw new StateException(error.Message, error);
        }
    }

    public async Task<StateWriteResult> WriteAsync(StateWrite write, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await _database.OpenConnectionAsync(cancellation);
            return await WriteAsync(connection, write, cancellation);
        }
        catch (NpgsqlException error)
        {
            throw new StateException(error.Message, error);
        }
    }

    public async Task<StateWriteResult> TransactAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await _database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            foreach (var write in writes)
            {
                var result = await WriteAsync(connection, write, cancellation);
                if (result != StateWriteResult.Done)
                {
                    return result;
                }
            }

            await transaction.CommitAsync(cancellation);
            return StateWriteResult.Done;
        }
        catch (NpgsqlException error)
        {
            throw new StateException(error.Message, error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _cleaning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _database.DisposeAsync();
    }

    private async Task<StateWriteResult> WriteAsync(NpgsqlConnection connection, StateWrite write, CancellationToken cancellation)
    {
        Guid etag = default;
        if (write.ETag is not null && !Guid.TryParse(write.ETag, out etag))
        {
            return StateWriteResult.ETagMismatch;
        }

        await using var command = connection.CreateCommand();
        command.CommandText = (write.Value, write.ETag, write.FirstWrite) switch
        {
            (null, null, _) => $"DELETE FROM {_table} WHERE key = $1",
            (null, _, _) => $"DELETE FROM {_table} WHERE key = $1 AND etag = $2",
            (_, not null, _) =>
                $"""
                UPDATE {_table} SET value = $2, etag = gen_random_uuid(), updated_at = now(), expires_at = now() + $3
                WHERE key = $1 AND etag = $4 AND (expires_at IS NULL OR expires_at >= now())
                """,
            (_, null, var first) =>
                $"""
                INSERT INTO {_table} AS old (key, value, expires_at) VALUES ($1, $2, now() + $3)
                ON CONFLICT (key) DO UPDATE SET value = excluded.value, etag = gen_random_uuid(), updated_at = now(), expires_at = excluded.expires_at
                {(first ? "WHERE old.expires_at IS NOT NULL AND old.expires_at < now()" : "")}
                """,
        };
        command.Parameters.AddWithValue(write.Key);
        if (write.Value is not null)
        {
            command.Parameters.AddWithValue(write.Value);
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)write.TimeToLive ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Interval });
        }

        if (write.ETag is not null)
        {
            command.Parameters.AddWithValue(etag);
        }

        var rows = await command.ExecuteNonQueryAsync(cancellation);
        return (rows, write.ETag, write.Value) switch
        {
            ( > 0, _, _) => StateWriteResult.Done,
            (_, not null, _) => StateWriteResult.ETagMismatch,
            (_, null, null) => StateWriteResult.Done,
            _ => StateWriteResult.NothingUpdated,
        };
    }

    private async Task CleanAsync(TimeSpan interval, TimeProvider time)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(_closed.Token))
        {
            try
            {
                await using var command = _database.CreateCommand($"DELETE FROM {_table} WHERE expires_at IS NOT NULL AND expires_at < now()");
                await command.ExecuteNonQueryAsync(_closed.Token);
            }
            catch (NpgsqlException)
            {
                // The next round comes; expired rows are invisible meanwhile.
            }
        }
    }

    private static string Quote(string name) =>
        string.Join('.', name.Split('.').Select(part => "\"" + part.Replace("\"", "\"\"", StringComparison.Ordinal) + "\""));
}

using Npgsql;

namespace Todo.Notification.Cursor;

/// <summary>The cursor in the services' own database: where it is without Dapr.</summary>
internal sealed class DatabaseCursor(NpgsqlDataSource database) : ISweepCursor
{
    public async Task<DateTimeOffset?> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select swept_at from reminder_cursor");
        return await command.ExecuteScalarAsync(cancellationToken) is DateTime sweptAt ? new DateTimeOffset(sweptAt) : null;
    }

    public async Task WriteAsync(DateTimeOffset sweptAt, CancellationToken cancellationToken)
    {
        // Never backwards: another replica may have ended a later sweep first.
        await using var command = database.CreateCommand("""
            insert into reminder_cursor as c (only_row, swept_at) values (true, $1)
            on conflict (only_row) do update set swept_at = excluded.swept_at where c.swept_at < excluded.swept_at
            """);
        command.Parameters.Add(new() { Value = sweptAt });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

using Npgsql;
using NpgsqlTypes;
using Todo.Backend.Rules;

namespace Todo.Backend.Labels;

/// <summary>Labels of one kind in the database.</summary>
internal sealed class LabelStore(LabelKind kind)
{
    private const string Columns = "id, user_id, name, color, version, created_at, updated_at";
    private const int TaskCount = 7;

    private readonly string _insert = $"insert into {kind.Table} (user_id, name, color) values ($1, $2, $3) returning {Columns}";
    private readonly string _selectForUpdate = $"select {Columns} from {kind.Table} where id = $1 and user_id = $2 for update";

    private readonly string _update =
        $"update {kind.Table} set name = $3, color = $4, version = version + 1, updated_at = statement_timestamp() where id = $1 and user_id = $2 returning {Columns}";

    private readonly string _detach = $"with detached as ({kind.Detach}) select count(*) from detached";
    private readonly string _delete = $"delete from {kind.Table} where id = $1 and user_id = $2";
    private readonly string _find = $"select {Columns} from {kind.Table} where id = $1 and user_id = $2";
    private readonly string _list = $"select {Columns}, (select count(*) from tasks t where {kind.TasksWith}) from {kind.Table} l where user_id = $1 order by id";

    public Task<Label> InsertAsync(NpgsqlTransaction transaction, string userId, string name, string? color, CancellationToken cancellationToken) =>
        DatabaseRules.KeepAsync(async () =>
        {
            await using var command = Command(transaction, _insert, userId, name);
            command.Parameters.Add(Text(color));
            return (await ReadOneAsync(command, cancellationToken))!;
        });

    /// <summary>Reads a label and locks it until the transaction ends.</summary>
    public async Task<Label?> LockAsync(NpgsqlTransaction transaction, string userId, long id, CancellationToken cancellationToken)
    {
        await using var command = Command(transaction, _selectForUpdate, id, userId);
        return await ReadOneAsync(command, cancellationToken);
    }

    public Task<Label> UpdateAsync(NpgsqlTransaction transaction, Label wanted, CancellationToken cancellationToken) =>
        DatabaseRules.KeepAsync(async () =>
        {
            await using var command = Command(transaction, _update, wanted.Id, wanted.UserId, wanted.Name);
            command.Parameters.Add(Text(wanted.Color));
            return (await ReadOneAsync(command, cancellationToken))!;
        });

    /// <summary>Deletes a locked label.</summary>
    /// <returns>How many tasks had it.</returns>
    public async Task<long> DeleteAsync(NpgsqlTransaction transaction, Label label, CancellationToken cancellationToken)
    {
        await using var detach = Command(transaction, _detach, label.Id, label.UserId);
        var tasks = (long)(await detach.ExecuteScalarAsync(cancellationToken))!;
        await using var delete = Command(transaction, _delete, label.Id, label.UserId);
        await delete.ExecuteNonQueryAsync(cancellationToken);
        return tasks;
    }

    public async Task<Label?> FindAsync(NpgsqlDataSource database, string userId, long id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(_find);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = userId });
        return await ReadOneAsync(command, cancellationToken);
    }

    /// <summary>All labels of a user, which are few, oldest first, each with the number of its tasks.</summary>
    public async Task<IReadOnlyList<Label>> ListAsync(NpgsqlDataSource database, string userId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(_list);
        command.Parameters.Add(new() { Value = userId });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var labels = new List<Label>();
        while (await row.ReadAsync(cancellationToken))
        {
            labels.Add(Read(row) with { TaskCount = row.GetInt64(TaskCount) });
        }

        return labels;
    }

    private static async Task<Label?> ReadOneAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(row) : null;
    }

    private static Label Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2),
        row.IsDBNull(3) ? null : row.GetString(3),
        row.GetInt64(4),
        row.GetFieldValue<DateTimeOffset>(5),
        row.GetFieldValue<DateTimeOffset>(6));

    private static NpgsqlCommand Command(NpgsqlTransaction transaction, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }

    private static NpgsqlParameter Text(string? value) => new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };
}

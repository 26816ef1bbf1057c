using Npgsql;
using NpgsqlTypes;
using Todo.Contracts.Payloads;
using Todo.Messaging.Publishing;

namespace Todo.Backend.Tasks;

/// <summary>
/// Changes of tasks, each with its event in the caller's transaction. A null result: this user has no such task. The layer under every
/// way in: REST now, other interfaces beside it.
/// </summary>
internal sealed class TaskCommands(IOutbox outbox, TimeProvider time)
{
    private const string Insert = $"""
        insert into tasks (user_id, title, description, priority, due_at, recurrence_rule, series_id, series_start, occurrence)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning {TaskRow.Columns}
        """;

    private const string SelectForUpdate = $"select {TaskRow.Columns} from tasks where id = $1 and user_id = $2 for update";

    private const string Update = $"""
        update tasks set title = $3, description = $4, priority = $5, due_at = $6, recurrence_rule = $7, series_id = $8, series_start = $9, occurrence = $10,
          version = version + 1, updated_at = statement_timestamp()
        where id = $1 and user_id = $2 returning {TaskRow.Columns}
        """;

    private const string CompleteOpen = $"""
        update tasks set completed = true, completed_at = statement_timestamp(), version = version + 1, updated_at = statement_timestamp()
        where id = $1 and user_id = $2 and not completed
        returning {TaskRow.Columns}, (select u.time_zone from users u where u.id = user_id)
        """;

    private const string ReopenCompleted = $"""
        update tasks set completed = false, completed_at = null, version = version + 1, updated_at = statement_timestamp()
        where id = $1 and user_id = $2 and completed
        returning {TaskRow.Columns}
        """;

    private const string DeleteOne = $"delete from tasks where id = $1 and user_id = $2 returning {TaskRow.Columns}";

    private const string Select = $"select {TaskRow.Columns} from tasks where id = $1 and user_id = $2";

    public async Task<TaskSnapshot> CreateAsync(NpgsqlTransaction transaction, string userId, TaskInput input, CancellationToken cancellationToken)
    {
        var wanted = TaskEdit.New(userId, input, time.GetUtcNow());
        await using var command = new NpgsqlCommand(Insert, transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = userId });
        AddValues(command, wanted);
        var task = (await ReadAsync(command, cancellationToken))!;
        await outbox.AddAsync(transaction, TaskEvents.Created(task), cancellationToken);
        return task;
    }

    /// <summary>Changes what is different; nothing different publishes nothing.</summary>
    public async Task<TaskSnapshot?> UpdateAsync(NpgsqlTransaction transaction, string userId, long id, TaskInput input, CancellationToken cancellationToken)
    {
        await using var select = One(transaction, SelectForUpdate, id, userId);
        if (await ReadAsync(select, cancellationToken) is not { } before)
        {
            return null;
        }

        var wanted = TaskEdit.Apply(before, input);
        var changes = TaskEdit.Differences(before, wanted);
        if (changes.Count == 0)
        {
            return before;
        }

        await using var update = One(transaction, Update, id, userId);
        AddValues(update, wanted);
        var after = (await ReadAsync(update, cancellationToken))!;
        await outbox.AddAsync(transaction, TaskEvents.Updated(after, changes), cancellationToken);
        return after;
    }

    /// <summary>Completes an open task; a completed one stays as it is and nothing is published.</summary>
    public async Task<TaskSnapshot?> CompleteAsync(NpgsqlTransaction transaction, string userId, long id, CancellationToken cancellationToken)
    {
        string? timeZone = null;
        await using var command = One(transaction, CompleteOpen, id, userId);
        if (await ReadAsync(command, cancellationToken, row => timeZone = row.GetString(TaskRow.Next)) is not { } task)
        {
            return await FindAsync(transaction, userId, id, cancellationToken);
        }

        await outbox.AddAsync(transaction, TaskEvents.Completed(task, timeZone!), cancellationToken);
        return task;
    }

    /// <summary>Opens a completed task again; an open one stays as it is and nothing is published.</summary>
    public async Task<TaskSnapshot?> ReopenAsync(NpgsqlTransaction transaction, string userId, long id, CancellationToken cancellationToken)
    {
        await using var command = One(transaction, ReopenCompleted, id, userId);
        if (await ReadAsync(command, cancellationToken) is not { } task)
        {
            return await FindAsync(transaction, userId, id, cancellationToken);
        }

        await outbox.AddAsync(transaction, TaskEvents.Updated(task, ["completed", "completedAt"]), cancellationToken);
        return task;
    }

    public async Task<TaskSnapshot?> DeleteAsync(NpgsqlTransaction transaction, string userId, long id, CancellationToken cancellationToken)
    {
        await using var command = One(transaction, DeleteOne, id, userId);
        var task = await ReadAsync(command, cancellationToken);
        if (task is not null)
        {
            await outbox.AddAsync(transaction, TaskEvents.Deleted(task), cancellationToken);
        }

        return task;
    }

    private static async Task<TaskSnapshot?> FindAsync(NpgsqlTransaction transaction, string userId, long id, CancellationToken cancellationToken)
    {
        await using var command = One(transaction, Select, id, userId);
        return await ReadAsync(command, cancellationToken);
    }

    private static async Task<TaskSnapshot?> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken, Action<NpgsqlDataReader>? also = null)
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
        {
            return null;
        }

        also?.Invoke(row);
        return TaskRow.Read(row);
    }

    private static NpgsqlCommand One(NpgsqlTransaction transaction, string sql, long id, string userId) =>
        new(sql, transaction.Connection, transaction) { Parameters = { new() { Value = id }, new() { Value = userId } } };

    private static void AddValues(NpgsqlCommand command, TaskSnapshot task)
    {
        Add(NpgsqlDbType.Text, task.Title);
        Add(NpgsqlDbType.Text, task.Description);
        Add(NpgsqlDbType.Text, task.Priority);
        Add(NpgsqlDbType.TimestampTz, task.DueAt);
        Add(NpgsqlDbType.Text, task.RecurrenceRule);
        Add(NpgsqlDbType.Uuid, task.SeriesId);
        Add(NpgsqlDbType.TimestampTz, task.SeriesStart);
        Add(NpgsqlDbType.TimestampTz, task.Occurrence);

        void Add(NpgsqlDbType type, object? value) => command.Parameters.Add(new() { NpgsqlDbType = type, Value = value ?? DBNull.Value });
    }
}

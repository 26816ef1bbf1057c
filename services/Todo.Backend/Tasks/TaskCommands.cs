using Npgsql;
using NpgsqlTypes;
using Todo.Backend.Rules;
using Todo.Contracts.Payloads;
using Todo.Messaging.Publishing;

namespace Todo.Backend.Tasks;

/// <summary>
/// Changes of tasks, each with its event in the caller's transaction. A null result: this user has no such task. The layer under every
/// way in: REST now, other interfaces beside it.
/// </summary>
/// <exception cref="RefusedException">There is no such category or tag.</exception>
internal sealed class TaskCommands(IOutbox outbox, TimeProvider time)
{
    private const string Insert = $"""
        insert into tasks (user_id, title, description, priority, due_at, recurrence_rule, series_id, series_start, occurrence, category_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning {TaskRow.Columns}
        """;

    private const string SelectForUpdate = $"select {TaskRow.Columns} from tasks where id = $1 and user_id = $2 for update";

    private const string Update = $"""
        update tasks set title = $3, description = $4, priority = $5, due_at = $6, recurrence_rule = $7, series_id = $8, series_start = $9, occurrence = $10, category_id = $11,
          version = version + 1, updated_at = statement_timestamp()
        where id = $1 and user_id = $2 returning {TaskRow.Columns}
        """;

    private const string CompleteOpen = $"""
        update tasks set completed = true, completed_at = statement_timestamp(), version = version + 1, updated_at = statement_timestamp()
        where id = $1 and user_id = $2 and not completed
        returning {TaskRow.Columns}, (select u.time_zone from users u where u.id = user_id)
        """;

    // Its reminders are to be looked at again: one that was on its way when the task was completed was withheld. A mail that was sent is not sent again.
    // After the task, by what was opened: what a statement has changed itself it no longer finds to lock.
    private const string ReopenCompleted = $"""
        with opened as (
          update tasks set completed = false, completed_at = null, reminded_due_at = null, version = version + 1, updated_at = statement_timestamp()
          where id = $1 and user_id = $2 and completed
          returning {TaskRow.Columns}),
        again as (update reminders set reminded_at = null where task_id in (select id from opened))
        select * from opened
        """;

    private const string Touch =
        $"update tasks set version = version + 1, updated_at = statement_timestamp() where id = $1 and user_id = $2 returning {TaskRow.Columns}";

    private const string DeleteOne = $"delete from tasks where id = $1 and user_id = $2 returning {TaskRow.Columns}";

    private const string Select = $"select {TaskRow.Columns} from tasks where id = $1 and user_id = $2";

    public async Task<TaskSnapshot> CreateAsync(NpgsqlTransaction transaction, string userId, TaskInput input, CancellationToken cancellationToken)
    {
        var wanted = TaskEdit.New(userId, input, time.GetUtcNow());
        await using var command = new NpgsqlCommand(Insert, transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = userId });
        AddValues(command, wanted);
        var task = (await DatabaseRules.KeepAsync(() => ReadAsync(command, cancellationToken)))! with { TagIds = wanted.TagIds };
        await TaskTags.AddAsync(transaction, task, task.TagIds!, cancellationToken);
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

        await TaskTags.RemoveAsync(transaction, before, before.TagIds!.Except(wanted.TagIds!), cancellationToken);
        await TaskTags.AddAsync(transaction, before, wanted.TagIds!.Except(before.TagIds!), cancellationToken);
        await using var update = One(transaction, Update, id, userId);
        AddValues(update, wanted);
        var after = (await DatabaseRules.KeepAsync(() => ReadAsync(update, cancellationToken)))!;
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

    /// <summary>Sticks a tag on a task; one that it has already changes and publishes nothing.</summary>
    public Task<TagChange?> AddTagAsync(NpgsqlTransaction transaction, string userId, long id, long tagId, CancellationToken cancellationToken) =>
        ChangeTagAsync(transaction, userId, id, task => TaskTags.AddAsync(transaction, task, [tagId], cancellationToken), cancellationToken);

    /// <summary>Takes a tag off a task; one that it does not have changes and publishes nothing.</summary>
    public Task<TagChange?> RemoveTagAsync(NpgsqlTransaction transaction, string userId, long id, long tagId, CancellationToken cancellationToken) =>
        ChangeTagAsync(transaction, userId, id, task => TaskTags.RemoveAsync(transaction, task, [tagId], cancellationToken), cancellationToken);

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

    private async Task<TagChange?> ChangeTagAsync(
        NpgsqlTransaction transaction, string userId, long id, Func<TaskSnapshot, Task<int>> change, CancellationToken cancellationToken)
    {
        await using var select = One(transaction, SelectForUpdate, id, userId);
        if (await ReadAsync(select, cancellationToken) is not { } before)
        {
            return null;
        }

        if (await change(before) == 0)
        {
            return new TagChange(before, false);
        }

        await using var touch = One(transaction, Touch, id, userId);
        var after = (await ReadAsync(touch, cancellationToken))!;
        await outbox.AddAsync(transaction, TaskEvents.Updated(after, ["tagIds"]), cancellationToken);
        return new TagChange(after, true);
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
        Add(NpgsqlDbType.Bigint, task.CategoryId);

        void Add(NpgsqlDbType type, object? value) => command.Parameters.Add(new() { NpgsqlDbType = type, Value = value ?? DBNull.Value });
    }
}

/// <summary>A task after a change of its tags.</summary>
/// <param name="Changed">False: it was so before.</param>
internal sealed record TagChange(TaskSnapshot Task, bool Changed);

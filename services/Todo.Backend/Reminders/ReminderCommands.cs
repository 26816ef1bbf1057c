using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using Todo.Backend.Rules;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Messaging.Publishing;

namespace Todo.Backend.Reminders;

/// <summary>
/// Sets and removes reminders, each with its event in the caller's transaction. Nothing is mailed here: the notification service looks for those whose moment has come.
/// </summary>
/// <exception cref="RefusedException">The moment is past, the task is completed, it has no due date to count from, or reminders enough.</exception>
internal sealed class ReminderCommands(IOutbox outbox)
{
    public const int MaxPerTask = 10;

    // The lock keeps the due date, the number of reminders and the order of the task's events.
    private const string Lock = "select due_at, completed, clock_timestamp() from tasks where id = $1 and user_id = $2 for update";

    private const string Insert = $"""
        insert into reminders (task_id, remind_at, minutes_before) values ($1, $2, $3) on conflict do nothing returning {ReminderRow.Columns}
        """;

    private const string SelectSame = $"""
        select {ReminderRow.Columns} from reminders where task_id = $1 and minutes_before is not distinct from $3 and (minutes_before is not null or remind_at = $2)
        """;

    private const string SelectTask = "select r.task_id from reminders r join tasks t on t.id = r.task_id where r.id = $1 and t.user_id = $2 for update of t";

    private const string Delete = $"delete from reminders where id = $1 returning {ReminderRow.Columns}";

    private const string Count = "select count(*) from reminders where task_id = $1";

    /// <summary>Sets a reminder; one that is there already stays, and nothing is published. Null: this user has no such task.</summary>
    public async Task<TaskReminder?> SetAsync(NpgsqlTransaction transaction, string userId, long taskId, ReminderInput input, CancellationToken cancellationToken)
    {
        if (await LockAsync(transaction, userId, taskId, cancellationToken) is not { } task)
        {
            return null;
        }

        var remindAt = MomentOf(input, task);
        if (await ReadAsync(transaction, SelectSame, taskId, remindAt, input, cancellationToken) is { } same)
        {
            return same;
        }

        await using var count = new NpgsqlCommand(Count, transaction.Connection, transaction) { Parameters = { new() { Value = taskId } } };
        if ((long)(await count.ExecuteScalarAsync(cancellationToken))! >= MaxPerTask)
        {
            throw Refused(RefusalKind.LimitReached, input.Field, $"The task has {MaxPerTask} reminders, the most a task can have.");
        }

        var reminder = (await ReadAsync(transaction, Insert, taskId, remindAt, input, cancellationToken))!;
        var data = JsonSerializer.SerializeToNode(new ReminderSet(taskId, userId, reminder.RemindAt!.Value, input.MinutesBefore), PayloadJson.Default.ReminderSet)!;
        await PublishAsync(transaction, EventTypes.ReminderSet, taskId, data, cancellationToken);
        return reminder;
    }

    /// <summary>The task of a reminder, locked until the transaction ends. Null: this user has no such reminder.</summary>
    public static async Task<long?> LockTaskAsync(NpgsqlTransaction transaction, string userId, long id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SelectTask, transaction.Connection, transaction) { Parameters = { new() { Value = id }, new() { Value = userId } } };
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Removes a reminder of a task that is locked. A mail of it that is not sent yet is not sent any more.</summary>
    /// <returns>False: there is none.</returns>
    public async Task<bool> RemoveAsync(NpgsqlTransaction transaction, string userId, long id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Delete, transaction.Connection, transaction) { Parameters = { new() { Value = id } } };
        if (await ReadAsync(command, cancellationToken) is not { } reminder)
        {
            return false;
        }

        var removed = new ReminderRemoved(id, reminder.TaskId, userId, reminder.RemindAt, reminder.MinutesBefore);
        await PublishAsync(transaction, EventTypes.ReminderRemoved, reminder.TaskId, JsonSerializer.SerializeToNode(removed, PayloadJson.Default.ReminderRemoved)!, cancellationToken);
        return true;
    }

    private async Task PublishAsync(NpgsqlTransaction transaction, string type, long taskId, JsonNode data, CancellationToken cancellationToken)
    {
        var key = taskId.ToString(CultureInfo.InvariantCulture);
        await outbox.AddAsync(transaction, new OutgoingEvent(Topics.TaskEvents, type, key, $"tasks/{key}", data), cancellationToken);
    }

    private static DateTimeOffset MomentOf(ReminderInput input, LockedTask task)
    {
        if (task.Completed)
        {
            throw Refused(RefusalKind.NotPossible, input.Field, "The task is completed; open it again first.");
        }

        if (input.MinutesBefore is { } minutes && task.DueAt is null)
        {
            throw Refused(RefusalKind.NotPossible, input.Field, "The task has no due date to count from: give the moment itself, or the task a due date.");
        }

        var moment = input.RemindAt ?? task.DueAt!.Value.AddMinutes(-input.MinutesBefore!.Value);
        return moment > task.Now
            ? moment
            : throw Refused(RefusalKind.NotPossible, input.Field, string.Create(CultureInfo.InvariantCulture, $"That is {moment.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}, which is past; it is {task.Now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} now."));
    }

    private static RefusedException Refused(RefusalKind kind, string field, string message) => new(new Refusal(kind, field, message));

    private static async Task<LockedTask?> LockAsync(NpgsqlTransaction transaction, string userId, long taskId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Lock, transaction.Connection, transaction) { Parameters = { new() { Value = taskId }, new() { Value = userId } } };
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new LockedTask(row.IsDBNull(0) ? null : row.GetFieldValue<DateTimeOffset>(0), row.GetBoolean(1), row.GetFieldValue<DateTimeOffset>(2))
            : null;
    }

    private static async Task<TaskReminder?> ReadAsync(
        NpgsqlTransaction transaction, string sql, long taskId, DateTimeOffset remindAt, ReminderInput input, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = taskId });
        command.Parameters.Add(new() { Value = remindAt.ToUniversalTime() });
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Integer, Value = (object?)input.MinutesBefore ?? DBNull.Value });
        return await ReadAsync(command, cancellationToken);
    }

    private static async Task<TaskReminder?> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? ReminderRow.Read(row) : null;
    }

    private sealed record LockedTask(DateTimeOffset? DueAt, bool Completed, DateTimeOffset Now);
}

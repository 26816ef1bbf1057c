using Npgsql;
using NpgsqlTypes;
using Todo.Contracts.Payloads;

namespace Todo.Notification.Reminders;

/// <summary>
/// Claims the reminders that users have set, as <see cref="ReminderClaims"/> does due tasks: which moment it was published for is written to the reminder's row, under its
/// lock, in the transaction of the event.
/// </summary>
internal sealed class SetReminderClaims(ReminderEvents events)
{
    private const string Due = """
        from reminders r join tasks t on t.id = r.task_id
          where not t.completed and r.remind_at is not null and r.reminded_at is distinct from r.remind_at and r.remind_at >= statement_timestamp() - $1
        """;

    private const string Batch = $"""
        with due as (
          select r.id {Due} and r.remind_at <= statement_timestamp()
          order by r.remind_at limit $2
          for update of r skip locked)
        update reminders r set reminded_at = r.remind_at from due, tasks t where r.id = due.id and t.id = r.task_id
        returning r.id, r.remind_at, t.id, t.user_id, t.title, t.description, t.priority, t.due_at, clock_timestamp()
        """;

    private const string Left = $"select exists (select {Due} and r.remind_at <= $2)";

    /// <summary>Claims up to <see cref="ReminderClaims.BatchSize"/> reminders whose moment has come and is not longer ago than <paramref name="lookback"/>.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ClaimBatchAsync(NpgsqlTransaction transaction, TimeSpan lookback, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Batch, transaction.Connection, transaction);
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Interval, Value = lookback });
        command.Parameters.Add(new() { Value = ReminderClaims.BatchSize });
        return await events.PublishClaimedAsync(command, Read, cancellationToken);
    }

    /// <summary>As <see cref="ReminderClaims.AreLeftAsync"/>.</summary>
    public static async Task<bool> AreLeftAsync(NpgsqlDataSource database, DateTimeOffset at, TimeSpan lookback, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Left);
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Interval, Value = lookback });
        command.Parameters.Add(new() { Value = at });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static Reminder Read(NpgsqlDataReader row)
    {
        var (id, remindAt, taskId) = (row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetInt64(2));
        return new Reminder(
            Reminder.KeyOf(taskId, id, remindAt),
            taskId,
            row.GetString(3),
            row.GetString(4),
            row.IsDBNull(5) ? null : row.GetString(5),
            row.GetString(6),
            row.IsDBNull(7) ? remindAt : row.GetFieldValue<DateTimeOffset>(7),
            row.GetFieldValue<DateTimeOffset>(8),
            id,
            remindAt);
    }
}

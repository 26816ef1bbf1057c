using Npgsql;
using NpgsqlTypes;
using Todo.Contracts.Payloads;

namespace Todo.Notification.Reminders;

/// <summary>
/// Claims due tasks and publishes their reminders in one transaction. A task is claimed by writing down which due moment it was reminded for, under its
/// row lock: any number of replicas share the work, none does it twice, and a moved due date is due again by itself.
/// </summary>
internal sealed class ReminderClaims(ReminderEvents events, NotificationOptions options)
{
    /// <summary>One batch is one transaction: large enough to be quick, small enough not to hold a user's change up.</summary>
    public const int BatchSize = 100;

    private const string IsDue = "not completed and due_at is not null and reminded_due_at is distinct from due_at";

    // By the statement's time: the clock's, which may differ from row to row, is no bound for an index, and everything that is due some day would be read.
    private const string Due = $"""
        with due as (
          select id from tasks where {IsDue} and due_at <= statement_timestamp() + $1 and due_at >= statement_timestamp() - $2
        """;

    private const string Mark = """
        for update skip locked)
        update tasks t set reminded_due_at = t.due_at from due where t.id = due.id
        returning t.id, t.user_id, t.title, t.description, t.priority, t.due_at, clock_timestamp()
        """;

    private const string Batch = $"{Due} order by due_at limit $3 {Mark}";
    private const string One = $"{Due} and id = $3 {Mark}";
    private const string Left = $"select exists (select from tasks where {IsDue} and due_at <= $1 and due_at >= statement_timestamp() - $2)";

    /// <summary>Claims up to <see cref="BatchSize"/> tasks due within the window and not longer ago than <paramref name="lookback"/>.</summary>
    /// <returns>How many.</returns>
    public Task<int> ClaimBatchAsync(NpgsqlTransaction transaction, TimeSpan lookback, CancellationToken cancellationToken) =>
        ClaimAsync(transaction, Batch, lookback, null, cancellationToken);

    /// <summary>Claims one task, if it is due; a task that somebody else holds is left to the next sweep.</summary>
    public Task<int> ClaimOneAsync(NpgsqlTransaction transaction, long taskId, CancellationToken cancellationToken) =>
        ClaimAsync(transaction, One, options.Lookback, taskId, cancellationToken);

    /// <summary>Whether anything is still to be claimed that was due at a moment: somebody else has it in hand, and may die with it.</summary>
    public async Task<bool> AreLeftAsync(NpgsqlDataSource database, DateTimeOffset at, TimeSpan lookback, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Left);
        command.Parameters.Add(new() { Value = at + options.Window });
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Interval, Value = lookback });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<int> ClaimAsync(NpgsqlTransaction transaction, string sql, TimeSpan lookback, long? taskId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Interval, Value = options.Window });
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Interval, Value = lookback });
        command.Parameters.Add(new() { Value = taskId ?? BatchSize });
        return await events.PublishClaimedAsync(command, Read, cancellationToken);
    }

    private static Reminder Read(NpgsqlDataReader row)
    {
        var dueAt = row.GetFieldValue<DateTimeOffset>(5);
        var taskId = row.GetInt64(0);
        return new Reminder(
            Reminder.KeyOf(taskId, dueAt),
            taskId,
            row.GetString(1),
            row.GetString(2),
            row.IsDBNull(3) ? null : row.GetString(3),
            row.GetString(4),
            dueAt,
            row.GetFieldValue<DateTimeOffset>(6));
    }
}

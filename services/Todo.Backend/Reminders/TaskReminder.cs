using Npgsql;

namespace Todo.Backend.Reminders;

/// <summary>A reminder that a user has set.</summary>
/// <param name="RemindAt">Null while the task has no due date to count from.</param>
/// <param name="MinutesBefore">Counted back from the due date; null: the moment is fixed.</param>
/// <param name="RemindedAt">The moment that its owner was last reminded for; null: not yet.</param>
internal sealed record TaskReminder(long Id, long TaskId, DateTimeOffset? RemindAt, int? MinutesBefore, DateTimeOffset? RemindedAt, DateTimeOffset CreatedAt);

/// <summary>What a caller wants to be reminded of: exactly one of the two.</summary>
internal sealed record ReminderInput(DateTimeOffset? RemindAt, int? MinutesBefore)
{
    public const int MaxMinutes = 525_600;

    /// <summary>What was given, as REST names it.</summary>
    public string Field => RemindAt is null ? "minutesBefore" : "remindAt";
}

/// <summary>Columns of a reminder in the order that <see cref="Read"/> expects.</summary>
internal static class ReminderRow
{
    public const string Columns = "id, task_id, remind_at, minutes_before, reminded_at, created_at";

    public static TaskReminder Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetInt64(1),
        row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2),
        row.IsDBNull(3) ? null : row.GetInt32(3),
        row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4),
        row.GetFieldValue<DateTimeOffset>(5));
}

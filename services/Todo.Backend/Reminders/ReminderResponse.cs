namespace Todo.Backend.Reminders;

/// <summary>A reminder as the API shows it (docs/reference/rest-api.md).</summary>
/// <param name="RemindedAt">The moment that its owner was last reminded for; null: not yet.</param>
internal sealed record ReminderResponse(long Id, long TaskId, DateTime? RemindAt, int? MinutesBefore, DateTime? RemindedAt, DateTime CreatedAt)
{
    public static ReminderResponse Of(TaskReminder reminder) => new(
        reminder.Id, reminder.TaskId, reminder.RemindAt?.UtcDateTime, reminder.MinutesBefore, reminder.RemindedAt?.UtcDateTime, reminder.CreatedAt.UtcDateTime);
}

/// <summary>All reminders of a task: there is one page.</summary>
internal sealed record ReminderPage(IReadOnlyList<ReminderResponse> Items);

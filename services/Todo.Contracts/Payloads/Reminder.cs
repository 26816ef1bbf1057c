using System.Globalization;

namespace Todo.Contracts.Payloads;

/// <summary>Data of <see cref="EventTypes.ReminderSent"/>: a task is due soon and its owner is to be told.</summary>
/// <param name="Key">One reminder per task and due moment: <see cref="KeyOf"/>.</param>
/// <param name="RemindedAt">When the reminder was found due.</param>
public sealed record Reminder(
    string Key,
    long TaskId,
    string UserId,
    string Title,
    string? Description,
    string Priority,
    DateTimeOffset DueAt,
    DateTimeOffset RemindedAt)
{
    /// <summary>Identity of a reminder, e.g. <c>42/2026-11-22T08:00:00Z</c>; ASCII, fit for a mail header.</summary>
    public static string KeyOf(long taskId, DateTimeOffset dueAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{taskId}/{dueAt.UtcDateTime:yyyy-MM-ddTHH:mm:ss.FFFFFF}Z");
}

using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Todo.Contracts.Payloads;

/// <summary>Data of <see cref="EventTypes.ReminderSent"/>: what the mail says.</summary>
/// <param name="Key">One reminder per task and due moment: <c>{taskId}/{dueAt}</c>; of one that a user has set, per moment of it: <c>{taskId}/{reminderId}/{remindAt}</c>.</param>
/// <param name="TaskId">Number of the task; the platform's, from its database.</param>
/// <param name="UserId">The owner, who gets the mail: <c>sub</c> of the JWT.</param>
/// <param name="Title">Title of the task.</param>
/// <param name="Description">Description of the task; null: none.</param>
/// <param name="Priority">Priority of the task.</param>
/// <param name="DueAt">When the task is due; where it has no date, the moment that the user has set.</param>
/// <param name="RemindedAt">When the reminder was found due, by the database's clock.</param>
/// <param name="ReminderId">Number of the reminder that a user has set; null: it comes with the due date. Missing in older events.</param>
/// <param name="RemindAt">The moment that the user has set; null: it comes with the due date. Missing in older events.</param>
public sealed record Reminder(
    string Key,
    long TaskId,
    string UserId,
    string Title,
    string? Description,
    [property: AllowedValues("low", "medium", "high", "urgent")] string Priority,
    DateTimeOffset DueAt,
    DateTimeOffset RemindedAt,
    long? ReminderId = null,
    DateTimeOffset? RemindAt = null)
{
    /// <summary>Identity of a reminder, e.g. <c>42/2026-11-22T08:00:00Z</c>; ASCII, fit for a mail header.</summary>
    public static string KeyOf(long taskId, DateTimeOffset dueAt) => string.Create(CultureInfo.InvariantCulture, $"{taskId}/{Text(dueAt)}");

    /// <summary>Identity of a reminder that a user has set, e.g. <c>42/7/2026-11-22T08:00:00Z</c>.</summary>
    public static string KeyOf(long taskId, long reminderId, DateTimeOffset remindAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{taskId}/{reminderId}/{Text(remindAt)}");

    private static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFF", CultureInfo.InvariantCulture) + "Z";
}

/// <summary>Data of <see cref="EventTypes.ReminderSet"/>.</summary>
/// <param name="TaskId">Number of the task; the platform's, from its database.</param>
/// <param name="UserId">The owner: <c>sub</c> of the JWT.</param>
/// <param name="RemindAt">When to remind, as the user asked or as it follows from the due date.</param>
/// <param name="MinutesBefore">Whole minutes before the due date, where the user asked so: it moves with the date. Null: the moment is fixed.</param>
public sealed record ReminderSet(long TaskId, string UserId, DateTimeOffset RemindAt, int? MinutesBefore);

/// <summary>Data of <see cref="EventTypes.ReminderRemoved"/>.</summary>
/// <param name="ReminderId">Number of the reminder that is no more.</param>
/// <param name="TaskId">Number of the task; the platform's, from its database.</param>
/// <param name="UserId">The owner: <c>sub</c> of the JWT.</param>
/// <param name="RemindAt">Its moment; null where it counted from a due date that the task did not have.</param>
/// <param name="MinutesBefore">Whole minutes before the due date; null: the moment was fixed.</param>
public sealed record ReminderRemoved(long ReminderId, long TaskId, string UserId, DateTimeOffset? RemindAt, int? MinutesBefore);

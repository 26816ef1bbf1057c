using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Todo.Contracts.Original;

/// <summary>
/// A plain JSON event of the system before this one. Its two modes named and nested things differently; all that can be relied upon in both is what happened
/// and to which task. The rest is read from the task's row.
/// </summary>
/// <param name="Type">The present type for the same thing: one of <see cref="EventTypes"/>.</param>
/// <param name="TaskId">Number of the task. The user id beside it means nothing: it was text, or a hash that differed in every process.</param>
public sealed record OriginalEvent(string Type, long TaskId)
{
    /// <summary>Our type for the original's <c>event_type</c> (Kafka mode with the entity, Dapr mode without); null when it is none.</summary>
    public static string? TypeOf(string eventType) => eventType switch
    {
        "task.created" or "created" => EventTypes.TaskCreated,
        "task.updated" or "updated" => EventTypes.TaskUpdated,
        "task.completed" or "completed" => EventTypes.TaskCompleted,
        "task.deleted" or "deleted" => EventTypes.TaskDeleted,
        "reminder.sent" => EventTypes.ReminderSent,
        _ => null,
    };

    /// <summary>Reads an event of which <see cref="TypeOf"/> knows the type; <paramref name="problem"/> says what it lacks.</summary>
    public static bool TryRead(string eventType, JsonElement data, [NotNullWhen(true)] out OriginalEvent? value, [NotNullWhen(false)] out string? problem)
    {
        value = TypeOf(eventType) is { } type && OriginalJson.Number(data, "task_id") is { } taskId ? new(type, taskId) : null;
        problem = value is null ? $"An original '{eventType}' needs a whole number task_id." : null;
        return value is not null;
    }
}

/// <summary>What an original <c>reminder.sent</c> says besides; the same in both modes.</summary>
/// <param name="DueAt">UTC; the original wrote it with and without a zone.</param>
/// <param name="RemindedAt">When the reminder was found due; null when that was not written.</param>
/// <param name="Title">Title of the task.</param>
/// <param name="Description">Description of the task; null: none.</param>
/// <param name="Priority">Priority of the task; null: not written.</param>
public sealed record OriginalReminder(string Title, string? Description, string? Priority, DateTimeOffset DueAt, DateTimeOffset? RemindedAt)
{
    /// <summary>Reads a reminder; <paramref name="problem"/> says what it lacks.</summary>
    public static bool TryRead(JsonElement data, [NotNullWhen(true)] out OriginalReminder? value, [NotNullWhen(false)] out string? problem)
    {
        value = OriginalJson.Text(data, "task_title") is { } title && OriginalJson.Time(data, "task_due_date") is { } due
            ? new(title, OriginalJson.Text(data, "task_description"), OriginalJson.Text(data, "task_priority"), due, OriginalJson.Time(data, "reminder_time"))
            : null;
        problem = value is null ? "An original reminder needs task_title and task_due_date." : null;
        return value is not null;
    }
}

/// <summary>Fields as the original wrote them.</summary>
internal static class OriginalJson
{
    public static string? Text(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    public static long? Number(JsonElement data, string name)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
            : long.TryParse(Text(data, name), NumberStyles.None, CultureInfo.InvariantCulture, out var digits) ? digits
            : null;
    }

    public static DateTimeOffset? Time(JsonElement data, string name) =>
        DateTimeOffset.TryParse(Text(data, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}

using System.Globalization;
using System.Text.Json;
using Npgsql;
using Todo.Contracts.Payloads;
using Todo.Messaging.Consuming;

namespace Todo.EmailDelivery.Intake;

/// <summary>Reads the data of reminders, ours and those of the system before this one.</summary>
internal static class ReminderReader
{
    private const string OldType = "reminder.sent";

    /// <summary>Whether it is a reminder of the system before this one: plain JSON, or in an envelope of Dapr's own type.</summary>
    public static bool IsOld(IncomingEvent value) =>
        value.Type == OldType || value.Data.ValueKind == JsonValueKind.Object && Text(value.Data, "event_type") == OldType;

    /// <exception cref="PoisonEventException">It is not a reminder.</exception>
    public static Reminder Read(JsonElement data)
    {
        try
        {
            return data.Deserialize(PayloadJson.Default.Reminder) ?? throw new PoisonEventException("The data of a reminder is null.");
        }
        catch (JsonException e)
        {
            throw new PoisonEventException($"Not the data of a reminder, at {e.Path}.", e);
        }
    }

    /// <summary>The old shape has a user id that means nothing; the owner is found by the task. Null when the task is gone.</summary>
    /// <exception cref="PoisonEventException">It is not a reminder.</exception>
    public static async ValueTask<Reminder?> ReadOldAsync(IncomingEvent value, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var data = value.Data;
        if (data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("task_id", out var id) || id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out var taskId)
            || Text(data, "task_title") is not { } title
            || Text(data, "task_due_date") is not { } due
            || !DateTimeOffset.TryParse(due, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var dueAt))
        {
            throw new PoisonEventException("A reminder needs task_id, task_title and task_due_date.");
        }

        await using var command = new NpgsqlCommand("select user_id from tasks where id = $1", transaction.Connection, transaction) { Parameters = { new() { Value = taskId } } };
        return await command.ExecuteScalarAsync(cancellationToken) is string userId
            ? new Reminder(
                Reminder.KeyOf(taskId, dueAt), taskId, userId, title, Text(data, "task_description"), Text(data, "task_priority") ?? "medium", dueAt, value.Time)
            : null;
    }

    private static string? Text(JsonElement data, string name) =>
        data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

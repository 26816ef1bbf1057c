using Npgsql;
using Todo.Contracts;
using Todo.Contracts.Original;
using Todo.Contracts.Payloads;
using Todo.Messaging.Consuming;

namespace Todo.EmailDelivery.Intake;

/// <summary>Reads reminders, ours and those of the system before this one.</summary>
internal static class ReminderReader
{
    /// <summary>The reminder, or null when it is none or its task is gone.</summary>
    /// <exception cref="PoisonEventException">It is one, but can't be read.</exception>
    public static async ValueTask<Reminder?> ReadAsync(IncomingEvent value, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        if (value.AsOriginal() is not { } original)
        {
            return value.As(EventTypes.ReminderSent, PayloadJson.Default.Reminder);
        }

        if (original.Type != EventTypes.ReminderSent)
        {
            return null;
        }

        if (!OriginalReminder.TryRead(value.Data, out var reminder, out var problem))
        {
            throw new PoisonEventException(problem);
        }

        return await OwnerOfAsync(original.TaskId, transaction, cancellationToken) is { } owner
            ? new Reminder(
                Reminder.KeyOf(original.TaskId, reminder.DueAt), original.TaskId, owner, reminder.Title, reminder.Description, reminder.Priority ?? "medium", reminder.DueAt,
                reminder.RemindedAt ?? value.Time)
            : null;
    }

    private static async Task<string?> OwnerOfAsync(long taskId, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select user_id from tasks where id = $1", transaction.Connection, transaction) { Parameters = { new() { Value = taskId } } };
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }
}

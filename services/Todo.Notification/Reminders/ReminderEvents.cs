using System.Globalization;
using System.Text.Json;
using Npgsql;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Messaging.Publishing;

namespace Todo.Notification.Reminders;

/// <summary>The events of reminders that are due. The key is the task's id.</summary>
internal sealed class ReminderEvents(IOutbox outbox)
{
    /// <summary>Runs a command that claims reminders, a row for each, and publishes every one in the same transaction.</summary>
    /// <returns>How many.</returns>
    public async Task<int> PublishClaimedAsync(NpgsqlCommand claim, Func<NpgsqlDataReader, Reminder> read, CancellationToken cancellationToken)
    {
        var reminders = new List<Reminder>();
        await using (var row = await claim.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken))
            {
                reminders.Add(read(row));
            }
        }

        foreach (var reminder in reminders)
        {
            await outbox.AddAsync(claim.Transaction!, Sent(reminder), cancellationToken);
        }

        return reminders.Count;
    }

    private static OutgoingEvent Sent(Reminder reminder)
    {
        var key = reminder.TaskId.ToString(CultureInfo.InvariantCulture);
        var data = JsonSerializer.SerializeToNode(reminder, PayloadJson.Default.Reminder)!;
        return new OutgoingEvent(Topics.TaskReminders, EventTypes.ReminderSent, key, $"tasks/{key}", data);
    }
}

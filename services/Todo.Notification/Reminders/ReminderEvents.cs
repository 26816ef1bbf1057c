using System.Globalization;
using System.Text.Json;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Messaging.Publishing;

namespace Todo.Notification.Reminders;

/// <summary>The event of a reminder that is due. The key is its task's id.</summary>
internal static class ReminderEvents
{
    public static OutgoingEvent Sent(Reminder reminder)
    {
        var key = reminder.TaskId.ToString(CultureInfo.InvariantCulture);
        var data = JsonSerializer.SerializeToNode(reminder, PayloadJson.Default.Reminder)!;
        return new OutgoingEvent(Topics.TaskReminders, EventTypes.ReminderSent, key, $"tasks/{key}", data);
    }
}

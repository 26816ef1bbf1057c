using System.Text.Json;
using Npgsql;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Messaging.Consuming;

namespace Todo.Notification.Reminders;

/// <summary>
/// A task that is new, was moved or was opened again and is due already is reminded of at once instead of at the next sweep. What has to be done is read from
/// the row, so the order in which events arrive does not matter.
/// </summary>
internal sealed class TaskChangedHandler(ReminderClaims claims, NotificationOptions options, TimeProvider time) : IEventHandler
{
    public async ValueTask HandleAsync(IncomingEvent value, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        if (TaskOf(value) is { Completed: false, DueAt: { } dueAt } task && dueAt <= time.GetUtcNow() + options.Window)
        {
            await claims.ClaimOneAsync(transaction, task.Id, cancellationToken);
        }
    }

    private static TaskSnapshot? TaskOf(IncomingEvent value)
    {
        try
        {
            return value.Type switch
            {
                EventTypes.TaskCreated => value.Data.Deserialize(PayloadJson.Default.TaskChanged)?.Task,
                EventTypes.TaskUpdated => value.Data.Deserialize(PayloadJson.Default.TaskUpdated)?.Task,
                _ => null,
            };
        }
        catch (JsonException e)
        {
            throw new PoisonEventException($"Not the data of {value.Type}, at {e.Path}.", e);
        }
    }
}

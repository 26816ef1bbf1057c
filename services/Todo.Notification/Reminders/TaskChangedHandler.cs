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
        if (TaskOf(value) is { } taskId)
        {
            await claims.ClaimOneAsync(transaction, taskId, cancellationToken);
        }
    }

    /// <summary>The task that may be due by now, or null. An original event says no more than which task it is; whether it is due is seen at its row.</summary>
    private long? TaskOf(IncomingEvent value)
    {
        if (value.AsOriginal() is { } original)
        {
            return original.Type is EventTypes.TaskCreated or EventTypes.TaskUpdated ? original.TaskId : null;
        }

        var task = value.As(EventTypes.TaskCreated, PayloadJson.Default.TaskChanged)?.Task ?? value.As(EventTypes.TaskUpdated, PayloadJson.Default.TaskUpdated)?.Task;
        return task is { Completed: false, DueAt: { } dueAt } && dueAt <= time.GetUtcNow() + options.Window ? task.Id : null;
    }
}

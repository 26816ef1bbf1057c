using System.Globalization;
using System.Text.Json;
using Npgsql;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Messaging.Consuming;
using Todo.Messaging.Publishing;
using Todo.RecurringTask.Series;

namespace Todo.RecurringTask;

/// <summary>
/// A completed task of a series gets its successor: the next occurrence in the future, once, with its own event, in the transaction that
/// records the completion as handled.
/// </summary>
internal sealed partial class TaskCompletedHandler(IOutbox outbox, TimeProvider time, ILogger<TaskCompletedHandler> log) : IEventHandler
{
    public async ValueTask HandleAsync(IncomingEvent value, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var completed = value.AsOriginal() is { } original
            ? original.Type == EventTypes.TaskCompleted ? await SeriesStore.FindAsync(transaction, original.TaskId, cancellationToken) : null
            : value.As(EventTypes.TaskCompleted, PayloadJson.Default.TaskCompleted);
        if (completed is null)
        {
            return;
        }

        if (NextOccurrence.Of(completed.Task, completed.TimeZone, time.GetUtcNow()) is not { } next)
        {
            if (completed.Task.RecurrenceRule is { } rule)
            {
                LogEnded(log, completed.Task.Id, rule);
            }

            return;
        }

        if (await SeriesStore.InsertAsync(transaction, completed.Task, next, cancellationToken) is not { } created)
        {
            LogExists(log, completed.Task.Id, next);
            return;
        }

        await SeriesReminders.CopyAsync(transaction, completed.Task, created, cancellationToken);
        var id = created.Id.ToString(CultureInfo.InvariantCulture);
        var data = JsonSerializer.SerializeToNode(new TaskChanged(created), PayloadJson.Default.TaskChanged)!;
        await outbox.AddAsync(transaction, new OutgoingEvent(Topics.TaskEvents, EventTypes.TaskCreated, id, $"tasks/{id}", data), cancellationToken);
        LogCreated(log, created.Id, next, completed.Task.Id);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Created task {TaskId} for {Occurrence:O}, after task {CompletedTaskId}")]
    private static partial void LogCreated(ILogger logger, long taskId, DateTimeOffset occurrence, long completedTaskId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The series of task {TaskId} goes on already; nothing to create for {Occurrence:O}")]
    private static partial void LogExists(ILogger logger, long taskId, DateTimeOffset occurrence);

    [LoggerMessage(Level = LogLevel.Information, Message = "The series of task {TaskId} ({Rule}) has ended")]
    private static partial void LogEnded(ILogger logger, long taskId, string rule);
}

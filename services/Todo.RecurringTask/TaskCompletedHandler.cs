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
    /// <summary>What the system before this one calls the event in its plain JSON, over Kafka and over Dapr.</summary>
    private static readonly string[] OldTypes = ["task.completed", "completed"];

    public async ValueTask HandleAsync(IncomingEvent value, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var completed = value.Type == EventTypes.TaskCompleted ? Read(value.Data)
            : OldTypes.Contains(OldTypeOf(value)) ? await SeriesStore.FindAsync(transaction, OldTaskId(value.Data), cancellationToken)
            : null;
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

        var id = created.Id.ToString(CultureInfo.InvariantCulture);
        var data = JsonSerializer.SerializeToNode(new TaskChanged(created), PayloadJson.Default.TaskChanged)!;
        await outbox.AddAsync(transaction, new OutgoingEvent(Topics.TaskEvents, EventTypes.TaskCreated, id, $"tasks/{id}", data), cancellationToken);
        LogCreated(log, created.Id, next, completed.Task.Id);
    }

    private static TaskCompleted Read(JsonElement data)
    {
        try
        {
            return data.Deserialize(PayloadJson.Default.TaskCompleted) ?? throw new PoisonEventException("The data of a completion is null.");
        }
        catch (JsonException e)
        {
            throw new PoisonEventException($"Not the data of a completion, at {e.Path}.", e);
        }
    }

    /// <summary>Published by the old system over Dapr, the envelope has Dapr's type and the data the old one.</summary>
    private static string OldTypeOf(IncomingEvent value) =>
        value.Data.ValueKind == JsonValueKind.Object && value.Data.TryGetProperty("event_type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : value.Type;

    private static long OldTaskId(JsonElement data) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty("task_id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var value)
            ? value
            : throw new PoisonEventException("The completion has no whole number task_id.");

    [LoggerMessage(Level = LogLevel.Information, Message = "Created task {TaskId} for {Occurrence:O}, after task {CompletedTaskId}")]
    private static partial void LogCreated(ILogger logger, long taskId, DateTimeOffset occurrence, long completedTaskId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The series of task {TaskId} goes on already; nothing to create for {Occurrence:O}")]
    private static partial void LogExists(ILogger logger, long taskId, DateTimeOffset occurrence);

    [LoggerMessage(Level = LogLevel.Information, Message = "The series of task {TaskId} ({Rule}) has ended")]
    private static partial void LogEnded(ILogger logger, long taskId, string rule);
}

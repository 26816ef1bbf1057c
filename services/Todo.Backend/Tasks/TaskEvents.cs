using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Messaging.Publishing;

namespace Todo.Backend.Tasks;

/// <summary>The events of a task. The key is its id, so all of them are in order.</summary>
internal static class TaskEvents
{
    public static OutgoingEvent Created(TaskSnapshot task) =>
        Event(Topics.TaskEvents, EventTypes.TaskCreated, task, JsonSerializer.SerializeToNode(new TaskChanged(task), PayloadJson.Default.TaskChanged)!);

    public static OutgoingEvent Updated(TaskSnapshot task, IReadOnlyList<string> changes) =>
        Event(Topics.TaskEvents, EventTypes.TaskUpdated, task, JsonSerializer.SerializeToNode(new TaskUpdated(task, changes), PayloadJson.Default.TaskUpdated)!);

    public static OutgoingEvent Completed(TaskSnapshot task, string timeZone) =>
        Event(Topics.TaskRecurrence, EventTypes.TaskCompleted, task, JsonSerializer.SerializeToNode(new TaskCompleted(task, timeZone), PayloadJson.Default.TaskCompleted)!);

    public static OutgoingEvent Deleted(TaskSnapshot task) =>
        Event(Topics.TaskEvents, EventTypes.TaskDeleted, task, JsonSerializer.SerializeToNode(new TaskChanged(task), PayloadJson.Default.TaskChanged)!);

    private static OutgoingEvent Event(string topic, string type, TaskSnapshot task, JsonNode data)
    {
        var id = task.Id.ToString(CultureInfo.InvariantCulture);
        return new OutgoingEvent(topic, type, id, $"tasks/{id}", data);
    }
}

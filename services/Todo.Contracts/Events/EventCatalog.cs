using Todo.Contracts.Payloads;

namespace Todo.Contracts;

/// <summary>Every type of event with its data, topic, key and producers. docs/reference/events is written from it.</summary>
public static class EventCatalog
{
    /// <summary>Key of what happens to a task, so that all of it is in order.</summary>
    private const string Task = "{taskId}";

    // A task and a category may have the same number: they must not share a key, because a key has one order and one count of versions.
    private const string Category = "category-{categoryId}";
    private const string Tag = "tag-{tagId}";

    /// <summary>All of them, in the order of the reference.</summary>
    public static IReadOnlyList<EventContract> All { get; } =
    [
        new(EventTypes.TaskCreated, typeof(TaskChanged), Topics.TaskEvents, Task, [AppIds.Backend, AppIds.RecurringTask]),
        new(EventTypes.TaskUpdated, typeof(TaskUpdated), Topics.TaskEvents, Task, [AppIds.Backend]),
        new(EventTypes.TaskCompleted, typeof(TaskCompleted), Topics.TaskRecurrence, Task, [AppIds.Backend]),
        new(EventTypes.TaskDeleted, typeof(TaskChanged), Topics.TaskEvents, Task, [AppIds.Backend]),
        new(EventTypes.CategoryCreated, typeof(CategoryCreated), Topics.TaskEvents, Category, [AppIds.Backend]),
        new(EventTypes.CategoryUpdated, typeof(CategoryUpdated), Topics.TaskEvents, Category, [AppIds.Backend]),
        new(EventTypes.CategoryDeleted, typeof(CategoryDeleted), Topics.TaskEvents, Category, [AppIds.Backend]),
        new(EventTypes.TagCreated, typeof(TagCreated), Topics.TaskEvents, Tag, [AppIds.Backend]),
        new(EventTypes.TagUpdated, typeof(TagUpdated), Topics.TaskEvents, Tag, [AppIds.Backend]),
        new(EventTypes.TagDeleted, typeof(TagDeleted), Topics.TaskEvents, Tag, [AppIds.Backend]),
        // Not on task-reminders: what is there is mailed at once, and the service that has to wait for the moment consumes task-events.
        new(EventTypes.ReminderSet, typeof(ReminderSet), Topics.TaskEvents, Task, [AppIds.Backend]),
        new(EventTypes.ReminderRemoved, typeof(ReminderRemoved), Topics.TaskEvents, Task, [AppIds.Backend]),
        new(EventTypes.ReminderSent, typeof(Reminder), Topics.TaskReminders, Task, [AppIds.Notification]),
        new(EventTypes.Probe, typeof(Probe), Topic: null, "{uuid}", [AppIds.Backend, AppIds.Notification, AppIds.EmailDelivery, AppIds.RecurringTask]),
        new(EventTypes.DeadLetter, typeof(DeadLetter), Topic: null, "{key}", [AppIds.Notification, AppIds.EmailDelivery, AppIds.RecurringTask]),
    ];

    /// <summary>App-ids that consume a topic.</summary>
    public static IReadOnlyList<string> ConsumersOf(string topic) => topic switch
    {
        Topics.TaskEvents => [AppIds.Notification],
        Topics.TaskReminders => [AppIds.EmailDelivery],
        Topics.TaskRecurrence => [AppIds.RecurringTask],
        _ => [],
    };
}

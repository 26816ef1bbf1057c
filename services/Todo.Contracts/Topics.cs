namespace Todo.Contracts;

/// <summary>Topics of the platform. Partitions and retention are those of the system being replaced.</summary>
public static class Topics
{
    /// <summary>Every change of a task; key is the task's id. 3 partitions, 7 days.</summary>
    public const string TaskEvents = "task-events";

    /// <summary>Due reminders, to be mailed; key is the task's id. 1 partition, 1 day.</summary>
    public const string TaskReminders = "task-reminders";

    /// <summary>Completions; key is the task's id. 1 partition, 7 days.</summary>
    public const string TaskRecurrence = "task-recurrence";
}

/// <summary>Services by their Dapr app-id, which is also their name as consumers in the ledger.</summary>
public static class AppIds
{
    public const string Backend = "backend";
    public const string Notification = "notification-service";
    public const string EmailDelivery = "email-delivery-service";
    public const string RecurringTask = "recurring-task-service";
}

/// <summary>CloudEvents <c>type</c> of every event. A breaking change of a payload is a new type with a higher number.</summary>
public static class EventTypes
{
    public const string TaskCreated = "io.todo.task.created.v1";
    public const string TaskUpdated = "io.todo.task.updated.v1";
    public const string TaskCompleted = "io.todo.task.completed.v1";
    public const string TaskDeleted = "io.todo.task.deleted.v1";
    public const string ReminderSent = "io.todo.reminder.sent.v1";

    /// <summary>Written by the operator's request to prove a transport; handled by doing nothing.</summary>
    public const string Probe = "io.todo.platform.probe.v1";

    /// <summary>An event that a consumer has given up, with the reason, on the consumer's dead-letter topic.</summary>
    public const string DeadLetter = "io.todo.platform.deadletter.v1";
}

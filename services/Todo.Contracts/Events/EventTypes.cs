namespace Todo.Contracts;

/// <summary>CloudEvents <c>type</c> of every event. A breaking change of a payload is a new type with a higher number.</summary>
public static class EventTypes
{
    /// <summary>A task was created: by its owner, or as the next occurrence of a recurring one.</summary>
    public const string TaskCreated = "io.todo.task.created.v1";

    /// <summary>
    /// A task was changed or opened again, or its category or its tags were. An update that changes nothing publishes nothing.
    /// </summary>
    public const string TaskUpdated = "io.todo.task.updated.v1";

    /// <summary>An open task was completed, whether it recurs or not. Completing a completed one publishes nothing.</summary>
    public const string TaskCompleted = "io.todo.task.completed.v1";

    /// <summary>A task was deleted; the data is the task as it was last.</summary>
    public const string TaskDeleted = "io.todo.task.deleted.v1";

    /// <summary>A category was created.</summary>
    public const string CategoryCreated = "io.todo.category.created.v1";

    /// <summary>A category got another name or colour.</summary>
    public const string CategoryUpdated = "io.todo.category.updated.v1";

    /// <summary>A category was deleted. Its tasks have none from then on; they are not events of their own.</summary>
    public const string CategoryDeleted = "io.todo.category.deleted.v1";

    /// <summary>A tag was created.</summary>
    public const string TagCreated = "io.todo.tag.created.v1";

    /// <summary>A tag got another name or colour.</summary>
    public const string TagUpdated = "io.todo.tag.updated.v1";

    /// <summary>A tag was deleted, and so taken off its tasks; they are not events of their own.</summary>
    public const string TagDeleted = "io.todo.tag.deleted.v1";

    /// <summary>A user asked to be reminded of a task at a moment to come. Nothing is mailed before that.</summary>
    public const string ReminderSet = "io.todo.reminder.set.v1";

    /// <summary>A user does not want to be reminded at that moment any more. What is deleted with its task is no event of its own.</summary>
    public const string ReminderRemoved = "io.todo.reminder.removed.v1";

    /// <summary>A task is due soon, or a reminder's moment has come: the owner is to be told, once.</summary>
    public const string ReminderSent = "io.todo.reminder.sent.v1";

    /// <summary>Written at the operator's request to prove a transport; handled by doing nothing.</summary>
    public const string Probe = "io.todo.platform.probe.v1";

    /// <summary>An event that a consumer has given up, with the reason.</summary>
    public const string DeadLetter = "io.todo.platform.deadletter.v1";
}

namespace Todo.Contracts;

/// <summary>Topics of the platform. Partitions and retention are those of the system being replaced.</summary>
public static class Topics
{
    /// <summary>Every change of tasks, categories and tags, and every reminder that somebody sets. 3 partitions, 7 days.</summary>
    public const string TaskEvents = "task-events";

    /// <summary>Due reminders, to be mailed. 1 partition, 1 day.</summary>
    public const string TaskReminders = "task-reminders";

    /// <summary>Completions of tasks. 1 partition, 7 days.</summary>
    public const string TaskRecurrence = "task-recurrence";
}

/// <summary>Services by their Dapr app-id, which is also their name as consumers in the ledger.</summary>
public static class AppIds
{
    /// <summary>REST: the users' own changes.</summary>
    public const string Backend = "backend";

    /// <summary>Finds due reminders.</summary>
    public const string Notification = "notification-service";

    /// <summary>Mails due reminders.</summary>
    public const string EmailDelivery = "email-delivery-service";

    /// <summary>Creates the next task of a series.</summary>
    public const string RecurringTask = "recurring-task-service";
}

namespace Todo.Operator.Topology;

/// <summary>The four services, in the order in which they are rolled.</summary>
public enum ServiceId
{
    /// <summary>REST and MCP; publishes only.</summary>
    Backend,

    /// <summary>Creates the next occurrence of a recurring task.</summary>
    RecurringTask,

    /// <summary>Mails reminders.</summary>
    EmailDelivery,

    /// <summary>Finds due reminders. It owns the job, which is last on the way in and first on the way out.</summary>
    Notification,
}

using Todo.Operator.Resource;

namespace Todo.Operator.Topology;

/// <summary>The services of a platform: names from its spec, topics and defaults from docs/reference/service-contract.md.</summary>
public static class PlatformTopology
{
    /// <summary>Changes of tasks.</summary>
    public const string TaskEvents = "task-events";

    /// <summary>Due reminders.</summary>
    public const string TaskReminders = "task-reminders";

    /// <summary>Completed recurring tasks.</summary>
    public const string TaskRecurrence = "task-recurrence";

    /// <summary>The four services in rolling order.</summary>
    public static IReadOnlyList<AppDefinition> Of(TodoPlatformSpec spec)
    {
        var services = spec.Services;
        var groups = spec.Kafka.ConsumerGroups;
        return
        [
            Define(ServiceId.Backend, "backend", services.Backend, ("backend", "backend", "backend", 8000)) with
            {
                Publishes = [TaskEvents, TaskRecurrence],
            },
            Define(ServiceId.RecurringTask, "recurringTask", services.RecurringTask, ("recurring-service", "recurring-task", "recurring-task-service", 8004)) with
            {
                ConsumerGroup = groups.RecurringTask,
                Consumes = [TaskRecurrence],
                Publishes = [TaskEvents],
            },
            Define(ServiceId.EmailDelivery, "emailDelivery", services.EmailDelivery, ("email-delivery", "email-delivery", "email-delivery-service", 8003)) with
            {
                ConsumerGroup = groups.EmailDelivery,
                Consumes = [TaskReminders],
            },
            Define(ServiceId.Notification, "notification", services.Notification, ("notification-service", "notification", "notification-service", 8002)) with
            {
                ConsumerGroup = groups.Notification,
                Consumes = [TaskEvents],
                Publishes = [TaskReminders],
            },
        ];
    }

    private static AppDefinition Define(ServiceId id, string field, ServiceSpec spec, (string Deployment, string Container, string AppId, int Port) defaults) => new()
    {
        Id = id,
        Field = field,
        Deployment = spec.Deployment ?? defaults.Deployment,
        Container = spec.Container ?? defaults.Container,
        AppId = spec.AppId ?? defaults.AppId,
        Port = spec.Port ?? defaults.Port,
        UseDapr = spec.UseDapr,
    };
}

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
                ConsumerGroup = GroupOf(groups, ServiceId.RecurringTask),
                Consumes = [TaskRecurrence],
                Publishes = [TaskEvents],
            },
            Define(ServiceId.EmailDelivery, "emailDelivery", services.EmailDelivery, ("email-delivery", "email-delivery", "email-delivery-service", 8003)) with
            {
                ConsumerGroup = GroupOf(groups, ServiceId.EmailDelivery),
                Consumes = [TaskReminders],
            },
            Define(ServiceId.Notification, "notification", services.Notification, ("notification-service", "notification", "notification-service", 8002)) with
            {
                ConsumerGroup = GroupOf(groups, ServiceId.Notification),
                Consumes = [TaskEvents],
                Publishes = [TaskReminders],
            },
        ];
    }

    /// <summary>A service's consumer group; null for one that consumes nothing.</summary>
    public static string? GroupOf(ConsumerGroupsSpec groups, ServiceId service) => service switch
    {
        ServiceId.RecurringTask => groups.RecurringTask,
        ServiceId.EmailDelivery => groups.EmailDelivery,
        ServiceId.Notification => groups.Notification,
        _ => null,
    };

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

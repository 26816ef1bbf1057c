namespace Todo.Contracts;

/// <summary>Kafka consumer groups; the direct client and the Dapr Component of one app use the same, so that offsets continue.</summary>
public static class ConsumerGroups
{
    /// <summary>Of <c>task-events</c>.</summary>
    public const string Notification = "notification-service-group";

    /// <summary>Of <c>task-reminders</c>.</summary>
    public const string EmailDelivery = "email-delivery-consumer-group";

    /// <summary>Of <c>task-recurrence</c>.</summary>
    public const string RecurringTask = "recurring-task-service-group";

    /// <summary>The group of an app that is not told another.</summary>
    public static string Of(string appId) => appId switch
    {
        AppIds.EmailDelivery => EmailDelivery,
        _ => $"{appId}-group",
    };
}

/// <summary>Transports by name. Every name but <see cref="DirectKafka"/> is that of a Dapr pub/sub Component.</summary>
public static class TransportNames
{
    /// <summary>The services' own Kafka client.</summary>
    public const string DirectKafka = "direct-kafka";
}

namespace Todo.Contracts;

/// <summary>Kafka consumer groups; the direct client and the Dapr Component of one app use the same, so that offsets continue.</summary>
public static class ConsumerGroups
{
    public const string Notification = "notification-service-group";
    public const string EmailDelivery = "email-delivery-consumer-group";
    public const string RecurringTask = "recurring-task-service-group";

    public static string Of(string appId) => appId switch
    {
        AppIds.EmailDelivery => EmailDelivery,
        _ => $"{appId}-group",
    };
}

/// <summary>Transports by name. Every name but <see cref="DirectKafka"/> is that of a Dapr pub/sub Component.</summary>
public static class TransportNames
{
    public const string DirectKafka = "direct-kafka";
}

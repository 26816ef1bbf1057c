namespace Todo.Messaging.Tests.Delivery.Wires;

/// <summary>The three ways that events travel between the services.</summary>
public enum Wire
{
    DirectKafka,
    DaprKafka,
    DaprRedis,
}

namespace Todo.Operator.Topology;

/// <summary>What keeps the events between publisher and consumer. Direct Kafka and Dapr over the same Kafka share one.</summary>
public enum Broker
{
    /// <summary>Kafka: topics, consumer groups, committed offsets.</summary>
    Kafka,

    /// <summary>Redis Streams, reached only through Dapr.</summary>
    Redis,
}

/// <summary>Names as they stand in the resource and in object names.</summary>
public static class BrokerNames
{
    /// <summary><c>kafka</c> or <c>redis</c>.</summary>
    public static string Name(this Broker broker) => broker == Broker.Kafka ? "kafka" : "redis";

    /// <summary>Reads <c>kafka</c> or <c>redis</c>; anything else is refused by the schema before it gets here.</summary>
    public static Broker Parse(string name) => name switch
    {
        "kafka" => Broker.Kafka,
        "redis" => Broker.Redis,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "A broker is kafka or redis."),
    };
}

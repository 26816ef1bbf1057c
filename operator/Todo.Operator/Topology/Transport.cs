namespace Todo.Operator.Topology;

/// <summary>How events travel: the services' own Kafka client, or Dapr over a broker.</summary>
/// <param name="Broker">Where the events lie in between.</param>
/// <param name="Dapr">Through the sidecar.</param>
public readonly record struct Transport(Broker Broker, bool Dapr)
{
    /// <summary>The ledger's name of the services' own Kafka client (docs/reference/service-contract.md).</summary>
    public const string DirectName = "direct-kafka";

    /// <summary>The services' own Kafka client.</summary>
    public static Transport Direct { get; } = new(Broker.Kafka, Dapr: false);

    /// <summary>Through the sidecar, over <paramref name="broker"/>.</summary>
    public static Transport Through(Broker broker) => new(broker, Dapr: true);

    /// <summary>The three usual ones, in the order in which status lists them.</summary>
    public static IReadOnlyList<Transport> All { get; } = [Direct, Through(Broker.Kafka), Through(Broker.Redis)];

    /// <summary><c>direct-kafka</c>, <c>dapr-kafka</c> or <c>dapr-redis</c>.</summary>
    public string Name => Dapr ? $"dapr-{Broker.Name()}" : DirectName;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

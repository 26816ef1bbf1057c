namespace Todo.Operator.Topology;

/// <summary>How events travel: the services' own Kafka client, or Dapr over a broker.</summary>
/// <param name="Broker">Where the events lie in between.</param>
/// <param name="Dapr">Through the sidecar.</param>
public readonly record struct Transport(Broker Broker, bool Dapr)
{
    /// <summary>The ledger's name of the services' own Kafka client (docs/reference/service-contract.md), whichever Kafka it is connected to.</summary>
    public const string DirectName = "direct-kafka";

    private const string DirectPrefix = "direct-";
    private const string DaprPrefix = "dapr-";

    /// <summary>The services' own Kafka client.</summary>
    public static Transport Direct { get; } = new(Broker.Kafka, Dapr: false);

    /// <summary>Through the sidecar, over <paramref name="broker"/>.</summary>
    public static Transport Through(Broker broker) => new(broker, Dapr: true);

    /// <summary>The three usual ones, in the order in which status lists them.</summary>
    public static IReadOnlyList<Transport> All { get; } = [Direct, Through(Broker.Kafka), Through(Broker.Redis)];

    /// <summary><c>direct-kafka</c>, <c>dapr-kafka</c>, <c>dapr-redis</c>, or one over another endpoint: <c>dapr-kafka-1a2b3c4d</c>.</summary>
    public string Name => (Dapr ? DaprPrefix : DirectPrefix) + Broker.Name();

    /// <summary>Reads what <see cref="Name"/> wrote; null when it is no transport.</summary>
    public static Transport? Parse(string name)
    {
        var dapr = name.StartsWith(DaprPrefix, StringComparison.Ordinal);
        var prefix = dapr ? DaprPrefix : DirectPrefix;
        return name.StartsWith(prefix, StringComparison.Ordinal) && BrokerNames.TryParse(name[prefix.Length..], out var broker) && (dapr || broker.Value.IsKafka)
            ? new Transport(broker.Value, dapr)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

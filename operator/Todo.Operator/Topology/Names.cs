namespace Todo.Operator.Topology;

/// <summary>Names of the generated objects. They are part of the contract: the ledger reports transports by Component name.</summary>
/// <param name="Platform">Name of the TodoPlatform.</param>
public sealed record Names(string Platform)
{
    /// <summary>The pub/sub Component of one app over one broker.</summary>
    public string Component(Broker broker, string appId) => $"{Platform}-{broker.Name()}-{appId}";

    /// <summary>The Subscription of one app to one topic over one broker.</summary>
    public string Subscription(Broker broker, string appId, string topic) => $"{Component(broker, appId)}-{topic.Replace('.', '-')}";

    /// <summary>The Resiliency and the Configuration of one app.</summary>
    public string PerApp(string appId) => $"{Platform}-{appId}";

    /// <summary>The state store of one app.</summary>
    public string StateStore(string appId) => $"{Platform}-state-{appId}";

    /// <summary>The Kafka that the services' own client is connected to. It shares its topics and consumer groups with Dapr over the same Kafka.</summary>
    public Broker Direct { get; init; } = Broker.Kafka;

    /// <summary>Reads a transport's name as the ledger and the pods report it: <c>direct-kafka</c> or a Component's name.</summary>
    /// <returns>Null for a name that is not of this platform.</returns>
    public Transport? TransportOf(string? reported, IEnumerable<AppDefinition> apps) =>
        reported is null ? null
        : string.Equals(reported, Transport.DirectName, StringComparison.Ordinal) ? new Transport(Direct, Dapr: false)
        : BrokerOf(reported, apps) is { } broker ? Transport.Through(broker)
        : null;

    /// <summary>The broker of a pub/sub Component; null for a name that is not of this platform.</summary>
    public Broker? BrokerOf(string component, IEnumerable<AppDefinition> apps)
    {
        foreach (var app in apps)
        {
            var (start, end) = ($"{Platform}-", $"-{app.AppId}");
            if (component.Length > start.Length + end.Length
                && component.StartsWith(start, StringComparison.Ordinal)
                && component.EndsWith(end, StringComparison.Ordinal)
                && BrokerNames.TryParse(component[start.Length..^end.Length], out var broker))
            {
                return broker;
            }
        }

        return null;
    }
}

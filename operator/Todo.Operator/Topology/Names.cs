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

    /// <summary>Reads a transport's name as the ledger and the pods report it: <c>direct-kafka</c> or a Component's name.</summary>
    /// <returns>Null for a name that is not of this platform.</returns>
    public Transport? TransportOf(string? reported, IEnumerable<AppDefinition> apps)
    {
        if (reported is null)
        {
            return null;
        }

        if (string.Equals(reported, Transport.DirectName, StringComparison.Ordinal))
        {
            return Transport.Direct;
        }

        foreach (var app in apps)
        {
            foreach (var broker in Enum.GetValues<Broker>())
            {
                if (string.Equals(reported, Component(broker, app.AppId), StringComparison.Ordinal))
                {
                    return Transport.Through(broker);
                }
            }
        }

        return null;
    }
}

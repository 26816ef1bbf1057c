using System.Collections.Immutable;

namespace Todo.Operator.Topology;

/// <summary>Where a move leads: the broker of all events, and which services reach it through Dapr.</summary>
/// <remarks>
/// Usually all or none go through Dapr and the goal has the name of one transport. A hybrid platform keeps some services on the
/// direct client; that works only over Kafka, whose topics both ways share.
/// </remarks>
public sealed class Goal : IEquatable<Goal>
{
    private const string DirectMark = "+direct:";

    private readonly ImmutableSortedSet<ServiceId> _throughDapr;

    private Goal(Broker broker, ImmutableSortedSet<ServiceId> throughDapr)
    {
        Broker = broker;
        _throughDapr = throughDapr;
    }

    /// <summary>Every service on its own Kafka client.</summary>
    public static Goal Direct { get; } = new(Broker.Kafka, []);

    /// <summary>Every service on its own Kafka client, which is connected to this Kafka.</summary>
    public static Goal DirectOn(Broker kafka) => new(kafka, []);

    /// <summary>Where all events go.</summary>
    public Broker Broker { get; }

    /// <summary>Whether any service uses Dapr.</summary>
    public bool AnyDapr => _throughDapr.Count > 0;

    /// <summary>Whether any service uses its own client.</summary>
    public bool AnyDirect => _throughDapr.Count < Enum.GetValues<ServiceId>().Length;

    /// <summary>Every service through Dapr.</summary>
    public static Goal Dapr(Broker broker) => new(broker, [.. Enum.GetValues<ServiceId>()]);

    /// <summary>What a resource asks for.</summary>
    public static Goal Of(bool useDapr, Broker broker, IEnumerable<AppDefinition> apps)
    {
        ImmutableSortedSet<ServiceId> through = [.. apps.Where(a => a.UseDapr ?? useDapr).Select(a => a.Id)];
        return new Goal(through.Count == 0 && !broker.IsKafka ? Broker.Kafka : broker, through);
    }

    /// <summary>Whether this service publishes and consumes through Dapr when the move is over.</summary>
    public bool ThroughDapr(ServiceId service) => _throughDapr.Contains(service);

    /// <summary>The transport that this service publishes to when the move is over.</summary>
    public Transport TransportOf(ServiceId service) => new(Broker, ThroughDapr(service));

    /// <summary>The transport of the platform as a whole: Dapr as soon as one service uses it.</summary>
    public Transport Main => new(Broker, AnyDapr);

    /// <summary>Reads what <see cref="ToString"/> wrote into status; null when it is not a goal.</summary>
    public static Goal? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var mark = text.IndexOf(DirectMark, StringComparison.Ordinal);
        var name = mark < 0 ? text : text[..mark];
        if (Transport.Parse(name) is not { } transport)
        {
            return null;
        }

        if (!transport.Dapr)
        {
            return DirectOn(transport.Broker);
        }

        var through = Enum.GetValues<ServiceId>().ToImmutableSortedSet();
        if (mark >= 0)
        {
            foreach (var part in text[(mark + DirectMark.Length)..].Split(','))
            {
                if (!Enum.TryParse<ServiceId>(part, out var service))
                {
                    return null;
                }

                through = through.Remove(service);
            }
        }

        return new Goal(transport.Broker, through);
    }

    /// <inheritdoc/>
    public bool Equals(Goal? other) => other is not null && other.Broker == Broker && other._throughDapr.SetEquals(_throughDapr);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Goal);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    /// <summary>The transport's name, for a hybrid with the services that stay direct.</summary>
    public override string ToString()
    {
        var direct = Enum.GetValues<ServiceId>().Where(s => !ThroughDapr(s)).ToList();
        return direct.Count == 0 || !AnyDapr ? Main.Name : $"{Main.Name}{DirectMark}{string.Join(',', direct)}";
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Todo.Operator.Topology;

/// <summary>What sort of broker it is.</summary>
public enum BrokerKind
{
    /// <summary>Kafka: topics, consumer groups, committed offsets.</summary>
    Kafka,

    /// <summary>Redis Streams, reached only through Dapr.</summary>
    Redis,
}

/// <summary>
/// What keeps the events between publisher and consumer: a kind, and which one of that kind. Direct Kafka and Dapr over the same Kafka share one; another Kafka cluster
/// is another broker, and going there is a move like any other.
/// </summary>
/// <param name="Kind">Kafka or Redis.</param>
/// <param name="Mark">Null for the first of its kind, whose names are the usual ones; else eight hexadecimal digits made from the endpoint.</param>
public readonly partial record struct Broker(BrokerKind Kind, string? Mark = null) : IComparable<Broker>
{
    /// <summary>The first Kafka of a platform.</summary>
    public static Broker Kafka { get; } = new(BrokerKind.Kafka);

    /// <summary>The first Redis of a platform.</summary>
    public static Broker Redis { get; } = new(BrokerKind.Redis);

    /// <summary>The usual two.</summary>
    public static IReadOnlyList<Broker> Usual { get; } = [Kafka, Redis];

    /// <summary>Whether it is a Kafka.</summary>
    public bool IsKafka => Kind == BrokerKind.Kafka;

    /// <summary>The first of its kind before the others.</summary>
    public int CompareTo(Broker other) => (Mark is null, other.Mark is null) switch
    {
        (true, false) => -1,
        (false, true) => 1,
        _ => Kind != other.Kind ? Kind.CompareTo(other.Kind) : string.CompareOrdinal(Mark, other.Mark),
    };

    /// <inheritdoc/>
    public override string ToString() => this.Name();

    /// <summary>Earlier in the list.</summary>
    public static bool operator <(Broker left, Broker right) => left.CompareTo(right) < 0;

    /// <summary>Earlier in the list, or the same.</summary>
    public static bool operator <=(Broker left, Broker right) => left.CompareTo(right) <= 0;

    /// <summary>Later in the list.</summary>
    public static bool operator >(Broker left, Broker right) => left.CompareTo(right) > 0;

    /// <summary>Later in the list, or the same.</summary>
    public static bool operator >=(Broker left, Broker right) => left.CompareTo(right) >= 0;

    [GeneratedRegex("^(kafka|redis)(?:-([0-9a-f]{8}))?$")]
    internal static partial Regex Pattern();
}

/// <summary>Names as they stand in status and in object names.</summary>
public static class BrokerNames
{
    /// <summary><c>kafka</c> or <c>redis</c>; for another endpoint of the kind with its mark, <c>kafka-1a2b3c4d</c>.</summary>
    public static string Name(this Broker broker) => (broker.Kind == BrokerKind.Kafka ? "kafka" : "redis") + (broker.Mark is null ? string.Empty : $"-{broker.Mark}");

    /// <summary>Reads what <see cref="Name"/> wrote.</summary>
    public static Broker Parse(string name) =>
        TryParse(name, out var broker) ? broker.Value : throw new ArgumentOutOfRangeException(nameof(name), name, "A broker is kafka or redis, with or without a mark.");

    /// <summary>Reads what <see cref="Name"/> wrote, if it is that.</summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out Broker? broker)
    {
        var match = Broker.Pattern().Match(name);
        broker = match.Success
            ? new Broker(match.Groups[1].Value == "kafka" ? BrokerKind.Kafka : BrokerKind.Redis, match.Groups[2].Success ? match.Groups[2].Value : null)
            : null;
        return match.Success;
    }
}

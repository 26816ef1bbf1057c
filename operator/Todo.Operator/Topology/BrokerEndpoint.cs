using System.Security.Cryptography;
using System.Text;
using Todo.Operator.Resource;

namespace Todo.Operator.Topology;

/// <summary>How Dapr reaches one broker; exactly one of the two is given.</summary>
/// <param name="Kafka">The settings of a Kafka.</param>
/// <param name="Redis">The settings of a Redis.</param>
public sealed record BrokerEndpoint(KafkaSpec? Kafka, RedisSpec? Redis)
{
    private const int MarkLength = 8;

    /// <summary>A Kafka.</summary>
    public static BrokerEndpoint Of(KafkaSpec kafka) => new(kafka, null);

    /// <summary>A Redis.</summary>
    public static BrokerEndpoint Of(RedisSpec redis) => new(null, redis);

    /// <summary>What sort of broker it is.</summary>
    public BrokerKind Kind => Kafka is null ? BrokerKind.Redis : BrokerKind.Kafka;

    /// <summary>Its addresses as <c>host:port</c>; none when the spec names none.</summary>
    public IReadOnlyList<string> Addresses => Normal(Kafka?.Brokers ?? [Redis?.Host ?? string.Empty]);

    /// <summary>
    /// Whether both lead to the same broker. An address that is in both lists tells: a list may be reordered, may grow, and may be exchanged for another one in two edits,
    /// each of which keeps an address. Credentials and TLS say nothing about it: whichever way one gets in, topics and consumer groups are the same.
    /// </summary>
    public bool IsSameAs(BrokerEndpoint other) => Kind == other.Kind && Meets(other.Addresses);

    /// <summary>Whether an address is among these.</summary>
    public bool Meets(IEnumerable<string> addresses) => Addresses.Intersect(Normal(addresses), StringComparer.Ordinal).Any();

    /// <summary>What tells this endpoint from the first one of its kind, in names: a hash of its addresses and of its kinds of TLS and authentication.</summary>
    public string Mark()
    {
        var (tls, login) = Kafka is null ? (Redis!.Tls, Redis.Password is null ? "none" : "password") : (Kafka.Tls, Kafka.Auth);
        var text = $"{Kind}|{string.Join(',', Addresses.Order(StringComparer.Ordinal))}|{(tls ? "tls" : "plain")}|{login}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..MarkLength];
    }

    private static List<string> Normal(IEnumerable<string> addresses) =>
        [.. addresses.Select(a => a.Trim().ToLowerInvariant()).Where(a => a.Length > 0).Distinct(StringComparer.Ordinal)];
}

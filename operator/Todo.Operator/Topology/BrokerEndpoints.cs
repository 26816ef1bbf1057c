using System.Collections.Immutable;
using Todo.Operator.Resource;

namespace Todo.Operator.Topology;

/// <summary>Which broker each of the spec's endpoints is, and the settings of all that are known: those that the spec no longer names may have to be drained or gone back to.</summary>
/// <param name="Known">Settings by broker.</param>
/// <param name="Kafka">The Kafka that the spec names.</param>
/// <param name="Redis">The Redis that the spec names.</param>
public sealed record BrokerEndpoints(ImmutableSortedDictionary<Broker, BrokerEndpoint> Known, Broker Kafka, Broker Redis)
{
    /// <summary>No broker remembered.</summary>
    public static ImmutableSortedDictionary<Broker, BrokerEndpoint> None { get; } = ImmutableSortedDictionary<Broker, BrokerEndpoint>.Empty;

    /// <summary>A spec on its own: the usual two.</summary>
    public static BrokerEndpoints Of(TodoPlatformSpec spec) => Resolve(spec, None, keep: false);

    /// <summary>Finds the spec's endpoints among those that status remembers.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="remembered">Brokers that were used before, with the settings that worked.</param>
    /// <param name="keep">Whether these settings count even where the spec now gives others: on the way back from them.</param>
    public static BrokerEndpoints Resolve(TodoPlatformSpec spec, ImmutableSortedDictionary<Broker, BrokerEndpoint> remembered, bool keep)
    {
        var (kafka, redis) = (BrokerEndpoint.Of(spec.Kafka), BrokerEndpoint.Of(spec.Redis));
        var result = new BrokerEndpoints(remembered, Find(remembered, kafka), Find(remembered, redis));
        var known = remembered;
        foreach (var (broker, endpoint, wanted) in new[] { (result.Kafka, kafka, spec.Broker == "kafka"), (result.Redis, redis, spec.Broker == "redis") })
        {
            // One that is not asked for yet may be edited without anything coming of it.
            var isKnown = remembered.ContainsKey(broker);
            if (isKnown ? endpoint.Addresses.Count > 0 && !keep : wanted || broker.Mark is null)
            {
                known = known.SetItem(broker, endpoint);
            }
        }

        return result with { Known = known };
    }

    /// <summary>The known Kafka that one of these addresses belongs to.</summary>
    public Broker? KafkaAt(IReadOnlyList<string> addresses) =>
        Known.Where(k => k.Key.IsKafka && k.Value.Meets(addresses)).Select(k => (Broker?)k.Key).FirstOrDefault();

    /// <summary>The first of a kind has the usual names, for as long as it is remembered.</summary>
    private static Broker Find(ImmutableSortedDictionary<Broker, BrokerEndpoint> remembered, BrokerEndpoint wanted)
    {
        var same = remembered.Where(r => r.Value.Kind == wanted.Kind).ToList();
        return same.Count == 0 || wanted.Addresses.Count == 0 ? new Broker(wanted.Kind)
            : same.Where(r => r.Value.IsSameAs(wanted)).Select(r => (Broker?)r.Key).FirstOrDefault() ?? new Broker(wanted.Kind, wanted.Mark());
    }
}

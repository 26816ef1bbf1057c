using System.Collections.Concurrent;
using Todo.Contracts;
using Todo.Messaging.Transports.Dapr;
using Todo.Messaging.Transports.Kafka;

namespace Todo.Messaging.Transports;

/// <summary>Transports by name, created when first asked for.</summary>
internal sealed class TransportSet(Func<DirectKafkaTransport> kafka, Func<string, DaprTransport> dapr)
{
    private readonly ConcurrentDictionary<string, Lazy<ITransport>> _transports = new();

    public ITransport Get(string name) =>
        _transports.GetOrAdd(name, x => new(() => x == TransportNames.DirectKafka ? kafka() : dapr(x))).Value;
}

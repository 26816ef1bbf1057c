using System.Collections.Concurrent;

namespace Todo.Messaging.Transports;

/// <summary>Transports by name, created when first asked for.</summary>
internal sealed class TransportSet(Func<string, ITransport> create)
{
    private readonly ConcurrentDictionary<string, Lazy<ITransport>> _transports = new();

    public ITransport Get(string name) => _transports.GetOrAdd(name, x => new(() => create(x))).Value;
}

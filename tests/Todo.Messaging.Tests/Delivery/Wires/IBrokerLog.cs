namespace Todo.Messaging.Tests.Delivery.Wires;

/// <summary>The broker itself, as somebody without our code sees it.</summary>
public interface IBrokerLog : IAsyncDisposable
{
    /// <summary>Where the services and sidecars find it.</summary>
    string Address { get; }

    /// <summary>Appends an event as it is. Kafka puts copies with different <paramref name="slot"/> on different partitions; Redis has none.</summary>
    Task AppendAsync(string topic, string body, int slot = 0);

    /// <summary>All events of a topic, from the first one.</summary>
    Task<IReadOnlyList<string>> ReadAsync(string topic);

    /// <summary>How many events of a topic the consumer's group has not acknowledged.</summary>
    Task<long> UnacknowledgedAsync(string topic);
}

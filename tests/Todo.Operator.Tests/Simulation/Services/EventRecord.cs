namespace Todo.Operator.Tests.Simulation.Services;

/// <summary>An event as the ledger knows it.</summary>
internal sealed class EventRecord(string id, string topic, string producer, string? probeVia, DateTimeOffset writtenAt, IReadOnlyList<DeliveryRecord> deliveries)
{
    public string Id { get; } = id;

    public string Topic { get; } = topic;

    /// <summary>App-id.</summary>
    public string Producer { get; } = producer;

    /// <summary>A probe: the transport that it has to take.</summary>
    public string? ProbeVia { get; } = probeVia;

    public DateTimeOffset WrittenAt { get; } = writtenAt;

    /// <summary>Over which transport it was last sent; null: not yet.</summary>
    public string? SentVia { get; set; }

    public bool IsReplayed { get; set; }

    public IReadOnlyList<DeliveryRecord> Deliveries { get; } = deliveries;

    /// <summary>The partition that it goes to, of so many.</summary>
    public int Partition(int of) => Id.Sum(static c => c) % of;

    public bool IsOpen => Deliveries.Any(d => d.Effects == 0);
}

/// <summary>What one consumer is owed.</summary>
internal sealed class DeliveryRecord(string consumer)
{
    public string Consumer { get; } = consumer;

    public string? HandledVia { get; set; }

    public int Effects { get; set; }
}

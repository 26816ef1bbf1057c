namespace Todo.Operator.Topology;

/// <summary>One service as this platform runs it: names from the resource, topics from the contract.</summary>
public sealed record AppDefinition
{
    /// <summary>Which of the four.</summary>
    public required ServiceId Id { get; init; }

    /// <summary>Field under <c>spec.services</c>.</summary>
    public required string Field { get; init; }

    /// <summary>Name of the Deployment.</summary>
    public required string Deployment { get; init; }

    /// <summary>Name of the application's container in it.</summary>
    public required string Container { get; init; }

    /// <summary>Dapr app-id, and the name under which the service is a consumer in the ledger.</summary>
    public required string AppId { get; init; }

    /// <summary>Application port.</summary>
    public required int Port { get; init; }

    /// <summary>Kafka consumer group, the same for the direct client and for Dapr. Null for a service that consumes nothing.</summary>
    public string? ConsumerGroup { get; init; }

    /// <summary>Topics it handles.</summary>
    public IReadOnlyList<string> Consumes { get; init; } = [];

    /// <summary>Topics it publishes to; every consumer can also write to its dead-letter topic.</summary>
    public IReadOnlyList<string> Publishes { get; init; } = [];

    /// <summary>Set for a hybrid platform: overrides <c>spec.useDapr</c> for this service.</summary>
    public bool? UseDapr { get; init; }

    /// <summary>Whether events are delivered to it.</summary>
    public bool IsConsumer => Consumes.Count > 0;
}

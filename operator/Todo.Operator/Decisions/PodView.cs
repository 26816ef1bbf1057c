namespace Todo.Operator.Decisions;

/// <summary>One pod of a service, as the caches and the pod itself tell.</summary>
public sealed record PodView
{
    /// <summary>Name, which is also its address for the API server's proxy.</summary>
    public required string Name { get; init; }

    /// <summary>What its own environment and annotations say: what it was started with, whatever the template says now.</summary>
    public required TemplateFlags Flags { get; init; }

    /// <summary>What its template said of the Secrets that it was started with.</summary>
    public string? Secrets { get; init; }

    /// <summary>Condition Ready.</summary>
    public bool Ready { get; init; }

    /// <summary>When it became Ready.</summary>
    public DateTimeOffset? ReadySince { get; init; }

    /// <summary>It has a deletion timestamp: it may still publish and consume, but no longer counts for readiness.</summary>
    public bool Terminating { get; init; }

    /// <summary>A <c>daprd</c> container exists in the pod (injection fails open: an annotation alone proves nothing).</summary>
    public bool HasSidecar { get; init; }

    /// <summary>The <c>daprd</c> container is ready.</summary>
    public bool SidecarReady { get; init; }

    /// <summary>Restarts of the <c>daprd</c> container.</summary>
    public int SidecarRestarts { get; init; }

    /// <summary>Restarts of the application's container.</summary>
    public int AppRestarts { get; init; }

    /// <summary>The sidecar's own list of what it has loaded.</summary>
    public Known<SidecarView> Sidecar { get; init; } = Known.Unknown<SidecarView>("not asked");

    /// <summary>The service's own account of what it does.</summary>
    public Known<ServiceReport> Report { get; init; } = Known.Unknown<ServiceReport>("not asked");
}

/// <summary><c>GET :3501/v1.0/metadata</c>.</summary>
/// <param name="Components">Names of the Components that were really initialised.</param>
/// <param name="Subscriptions">Configured ones as <c>component/topic</c>; not proof that the broker delivers.</param>
public sealed record SidecarView(IReadOnlySet<string> Components, IReadOnlySet<string> Subscriptions);

/// <summary><c>GET /internal/transports</c>.</summary>
public sealed record ServiceReport
{
    /// <summary><c>direct-kafka</c> or the name of a Component.</summary>
    public required string PublishesTo { get; init; }

    /// <summary>Whether the direct consumer runs.</summary>
    public bool ConsumesDirect { get; init; }

    /// <summary>The service's own view of its readiness.</summary>
    public bool Ready { get; init; }

    /// <summary>Events between committed and end over all partitions; null when the broker could not be asked.</summary>
    public long? Lag { get; init; }

    /// <summary>Addresses that its own Kafka client is given; empty for a service that does not tell.</summary>
    public IReadOnlyList<string> OwnClient { get; init; } = [];

    /// <summary>Notification only: whether its job is scheduled. Null where there is no job or the sidecar did not answer.</summary>
    public bool? JobScheduled { get; init; }
}

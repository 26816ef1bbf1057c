using System.Text.Json.Serialization;
using Kubernetes.Client.Serialization;
using Kubernetes.Operator.Crd.Attributes;

namespace Todo.Operator.Resource;

/// <summary>One way in which events travel.</summary>
public sealed record TransportStatus
{
    /// <summary>direct-kafka, dapr-kafka or dapr-redis; with a mark (dapr-kafka-1a2b3c4d) when it is another endpoint than the first one of its kind.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where Dapr finds its broker. Not given for the services' own client, which has its own setting.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Services whose pods publish to it.</summary>
    public int Publishers { get; init; }

    /// <summary>Services whose pods consume from it.</summary>
    public int Consumers { get; init; }

    /// <summary>Events last sent over it and not handled yet.</summary>
    public long InFlight { get; init; }

    /// <summary>Age of the oldest of them, in whole seconds.</summary>
    public long OldestSeconds { get; init; }

    /// <summary>Events that wait to be sent; given for the target.</summary>
    public long Held { get; init; }

    /// <summary>Events sent again.</summary>
    public long Replayed { get; init; }

    /// <summary>Deliveries given up after the last attempt.</summary>
    public long Dead { get; init; }

    /// <summary>Events that the broker itself has yet to hand over while it is left. What is still there when it is Retired was sent again over the target, and nobody took it here.</summary>
    public long? Left { get; init; }

    /// <summary>Target, Draining or Retired.</summary>
    public string? State { get; init; }
}

/// <summary>A broker that was used, with the settings that worked: it may have to be drained, or gone back to, when the spec no longer names it.</summary>
public sealed record EndpointStatus
{
    /// <summary>kafka, redis, or either with the mark of another endpoint (kafka-1a2b3c4d).</summary>
    public string Broker { get; init; } = "";

    /// <summary>The settings, if it is a Kafka.</summary>
    public KafkaSpec? Kafka { get; init; }

    /// <summary>The settings, if it is a Redis.</summary>
    public RedisSpec? Redis { get; init; }
}

/// <summary>What else Dapr resources and sidecars were generated from when a move last succeeded.</summary>
public sealed record SettingsStatus
{
    /// <summary>The state store.</summary>
    public StateStoreSpec StateStore { get; init; } = new();

    /// <summary>Tracing.</summary>
    public TracingSpec Tracing { get; init; } = new();

    /// <summary>Retries and time limits.</summary>
    public DeliverySpec Delivery { get; init; } = new();

    /// <summary>Resources and shutdown of the sidecars.</summary>
    public SidecarSpec Sidecar { get; init; } = new();

    /// <summary>Longest time for a publish.</summary>
    public TimeSpan PublishTimeout { get; init; }
}

/// <summary>One service.</summary>
public sealed record ServiceStatus
{
    /// <summary>App-id.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its Deployment.</summary>
    public string? Deployment { get; init; }

    /// <summary>What its pods publish to; several names while it is being rolled out.</summary>
    public string? Publishing { get; init; }

    /// <summary>What its pods consume from.</summary>
    public string? Consuming { get; init; }

    /// <summary>none, missing, starting or ready.</summary>
    public string? Sidecar { get; init; }

    /// <summary>Ready pods of wanted pods, for example 2/2.</summary>
    public string? Ready { get; init; }

    /// <summary>Restarts of containers in its pods.</summary>
    public int Restarts { get; init; }

    /// <summary>What is wrong with it, if anything.</summary>
    public string? Message { get; init; }
}

/// <summary>One check.</summary>
public sealed record PreflightStatus
{
    /// <summary>Name of the check.</summary>
    public string Name { get; init; } = "";

    /// <summary>Passed, Failed, Warning, Unknown or Skipped.</summary>
    public string? Result { get; init; }

    /// <summary>What was found and what to do.</summary>
    public string? Message { get; init; }
}

/// <summary>Figures of a move.</summary>
public sealed record AnalysisStatus
{
    /// <summary>Before the first change.</summary>
    public FiguresStatus? Baseline { get; init; }

    /// <summary>When last measured.</summary>
    public FiguresStatus? Current { get; init; }

    /// <summary>Pending, Successful, Failed, Inconclusive or Error.</summary>
    public string? Verdict { get; init; }

    /// <summary>The verdict in words.</summary>
    public string? Message { get; init; }

    /// <summary>Failed measurements in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Measurements in a row that could not be taken.</summary>
    public int Errors { get; init; }

    /// <summary>Measurements in a row with too few events.</summary>
    public int Inconclusive { get; init; }

    /// <summary>Age of the oldest event that waited on the target or for it, in seconds.</summary>
    public double OldestSeconds { get; init; }

    /// <summary>When last measured.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>Events of some seconds.</summary>
public sealed record FiguresStatus
{
    /// <summary>Length of the window, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Events sent.</summary>
    public long Published { get; init; }

    /// <summary>Deliveries handled.</summary>
    public long Events { get; init; }

    /// <summary>Failed attempts.</summary>
    public long Failed { get; init; }

    /// <summary>Failed attempts of all, in percent.</summary>
    public double FailurePercent { get; init; }

    /// <summary>Median of sent to handled, in milliseconds.</summary>
    public double P50 { get; init; }

    /// <summary>95th percentile of the same.</summary>
    public double P95 { get; init; }
}

/// <summary>Something that would be changed.</summary>
public sealed record PlanEntry
{
    /// <summary>Kind and name.</summary>
    public string? Object { get; init; }

    /// <summary>What would be done to it.</summary>
    public string? Change { get; init; }
}

/// <summary>A move of the past.</summary>
public sealed record HistoryEntry
{
    /// <summary>When it ended.</summary>
    public DateTimeOffset? When { get; init; }

    /// <summary>Where it began.</summary>
    public string? From { get; init; }

    /// <summary>Where it led.</summary>
    public string? To { get; init; }

    /// <summary>Completed, RolledBack, Superseded, Aborted or Failed.</summary>
    public string? Result { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Why it was begun, or why it was given up.</summary>
    public string? Reason { get; init; }
}

/// <summary>A request that was taken up.</summary>
public sealed record AcknowledgementStatus
{
    /// <summary>abort, rollback, retry or promote.</summary>
    public string Request { get; init; } = "";

    /// <summary>The annotation's value. The same value is not taken up again.</summary>
    public string? Token { get; init; }

    /// <summary>When it was taken up.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? At { get; init; }

    /// <summary>What was done about it, or why nothing was.</summary>
    public string? Result { get; init; }
}

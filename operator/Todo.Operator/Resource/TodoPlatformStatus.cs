using System.Text.Json.Serialization;
using Kubernetes.Client.Models;
using Kubernetes.Client.Serialization;
using Kubernetes.Operator.Crd.Attributes;

namespace Todo.Operator.Resource;

/// <summary>What is observed, what is being done about it, and what the operator has to remember.</summary>
public sealed record TodoPlatformStatus
{
    /// <summary>The generation of the resource that this status is about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>
    /// The state in one word: Pending, Preflight, Preparing, Migrating, Swapping, Reconfiguring, Migrated, RollingBack, RolledBack, Paused, Degraded, Deleting.
    /// </summary>
    public string? Phase { get; init; }

    /// <summary>The first gate that is not passed: Preflight, Prepare, Sidecars, Consumers, Probe, Publishers, Jobs, Drain, Retire, Done.</summary>
    public string? Stage { get; init; }

    /// <summary>What is being done or waited for.</summary>
    public string? Message { get; init; }

    /// <summary>How many services have passed the present gate, for example 3/4.</summary>
    public string? Progress { get; init; }

    /// <summary>Events sent and not handled yet, over all transports.</summary>
    public long? InFlight { get; init; }

    /// <summary>When a move was last undone.</summary>
    public DateTimeOffset? LastRollback { get; init; }

    /// <summary>The present or last move.</summary>
    public MoveStatus? Move { get; init; }

    /// <summary>The ways in which events travel.</summary>
    [ListMapKeys("name")]
    public IReadOnlyList<TransportStatus>? Transports { get; init; }

    /// <summary>The services.</summary>
    [ListMapKeys("name")]
    public IReadOnlyList<ServiceStatus>? Services { get; init; }

    /// <summary>All checks before a move, whatever their results.</summary>
    [ListMapKeys("name")]
    public IReadOnlyList<PreflightStatus>? Preflight { get; init; }

    /// <summary>Figures of the present or last move.</summary>
    public AnalysisStatus? Analysis { get; init; }

    /// <summary>With planOnly: what would be changed.</summary>
    public IReadOnlyList<PlanEntry>? Plan { get; init; }

    /// <summary>The last ten moves, newest last.</summary>
    [Items(0, 10)]
    public IReadOnlyList<HistoryEntry>? History { get; init; }

    /// <summary>The last request of each kind that was taken up: annotations platform.todo.io/abort, rollback, retry, promote and replay-dead.</summary>
    [ListMapKeys("request")]
    public IReadOnlyList<AcknowledgementStatus>? Acknowledged { get; init; }

    /// <summary>
    /// Available, Progressing, PreflightPassed, ComponentsReady, SidecarsReady, Migrated, AnalysisPassed, Drained, Paused, RolledBack, Degraded.
    /// </summary>
    [ListMapKeys("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

/// <summary>The present or last move.</summary>
public sealed record MoveStatus
{
    /// <summary>Counts moves; the services refuse orders of an earlier one.</summary>
    public long Epoch { get; init; }

    /// <summary>Where it leads.</summary>
    public string? Target { get; init; }

    /// <summary>Where it came from.</summary>
    public string? From { get; init; }

    /// <summary>Where a failure leads back to.</summary>
    public string? LastGood { get; init; }

    /// <summary>Where a finished move can be taken back to on request.</summary>
    public string? PreviousGood { get; init; }

    /// <summary>Why it was begun: Spec, Rollback or Deletion.</summary>
    public string? Reason { get; init; }

    /// <summary>Generation of the resource that it was begun for.</summary>
    public long Generation { get; init; }

    /// <summary>Fingerprint of what was to be generated when it was begun. When the spec gives something else in the middle of a move, the move begins anew, with the checks.</summary>
    public string? Wish { get; init; }

    /// <summary>When it was begun.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the last publisher was confirmed on the target.</summary>
    public DateTimeOffset? PublishersBackAt { get; init; }

    /// <summary>When the old broker was found empty.</summary>
    public DateTimeOffset? DrainedAt { get; init; }

    /// <summary>When all was done.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Why what the spec asks for was given up. It is not tried again by itself.</summary>
    public FailureStatus? Failure { get; init; }

    /// <summary>What is being waited for: the gate and how far it is.</summary>
    public string? Step { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? StepSince { get; init; }

    /// <summary>Since when nothing is changed because spec.paused or spec.planOnly says so.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>The step that a person asked not to watch any longer.</summary>
    public string? PromotedStep { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? PromotedAt { get; init; }

    /// <summary>The app whose Resiliency, Configuration or Components are edited, or whose pods are started anew. The next one's turn comes when it is back.</summary>
    public string? EditedApp { get; init; }

    /// <summary>When that was done; absent while it is about to be.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? EditedAt { get; init; }

    /// <summary>Restarts that containers had when the move began, by pod.</summary>
    public IReadOnlyDictionary<string, int>? RestartsBefore { get; init; }

    /// <summary>Transport of the probe that is out.</summary>
    public string? ProbeVia { get; init; }

    /// <summary>Its events.</summary>
    public IReadOnlyList<string>? ProbeIds { get; init; }

    /// <summary>When it was sent.</summary>
    public DateTimeOffset? ProbeSentAt { get; init; }

    /// <summary>Whether the target's consumers have handled a probe.</summary>
    public bool? Proven { get; init; }

    /// <summary>Brokers that were used, with the settings that worked.</summary>
    [ListMapKeys("broker")]
    [Items(0, 16)]
    public IReadOnlyList<EndpointStatus>? Endpoints { get; init; }

    /// <summary>What else worked when a move last succeeded: a failed reconfiguration goes back to it.</summary>
    public SettingsStatus? Settings { get; init; }

    /// <summary>Where the services' own Kafka client was connected to when all pods last agreed about it.</summary>
    public IReadOnlyList<string>? OwnClient { get; init; }

    /// <summary>Fingerprints of the Secrets that pods read at their start, by Secret and key: what pods were started with whose template has no annotation platform.todo.io/secrets.</summary>
    public IReadOnlyDictionary<string, string>? Secrets { get; init; }

    /// <summary>Brokers that are being left.</summary>
    [ListMapKeys("broker")]
    public IReadOnlyList<DrainStatus>? Drains { get; init; }

    /// <summary>Of a broker's replayed events (status.transports[].replayed, both ways added up): how many were off it for certain when it was last left. It may be left with the others.</summary>
    public IReadOnlyDictionary<string, long>? SettledReplays { get; init; }
}

/// <summary>Why a generation of the spec was given up.</summary>
public sealed record FailureStatus
{
    /// <summary>The generation that asked for it.</summary>
    public long Generation { get; init; }

    /// <summary>Fingerprint of what was asked for; another generation that asks for the same, a pause for example, is not tried either.</summary>
    public string? Wish { get; init; }

    /// <summary>One word.</summary>
    public string? Reason { get; init; }

    /// <summary>The figures.</summary>
    public string? Message { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>How far a broker that is being left is drained.</summary>
public sealed record DrainStatus
{
    /// <summary>kafka, redis, or either with a mark.</summary>
    public string Broker { get; init; } = "";

    /// <summary>Since when nothing is published to it and nothing is in flight on it.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? QuietSince { get; init; }

    /// <summary>The fewest events in flight seen.</summary>
    public long? Lowest { get; init; }

    /// <summary>When that number last went down.</summary>
    public DateTimeOffset? ProgressAt { get; init; }

    /// <summary>The same, but for events sent again.</summary>
    public DateTimeOffset? LoweredAt { get; init; }

    /// <summary>When its open events were ordered to be sent again.</summary>
    public DateTimeOffset? ReplayedAt { get; init; }

    /// <summary>Events that are not in the ledger and had arrived by the last look.</summary>
    public long? Foreign { get; init; }

    /// <summary>Since when the broker itself has not answered.</summary>
    public DateTimeOffset? SilentSince { get; init; }

    /// <summary>Events that the broker itself had yet to hand over at the last look.</summary>
    public long? Held { get; init; }

    /// <summary>Since when it is that many.</summary>
    public DateTimeOffset? HeldSince { get; init; }
}

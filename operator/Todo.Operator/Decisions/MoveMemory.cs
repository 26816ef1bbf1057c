using System.Collections.Immutable;
using Todo.Operator.Decisions.Requests;
using Todo.Operator.Topology;

namespace Todo.Operator.Decisions;

/// <summary>Why a move was begun.</summary>
public enum MoveReason
{
    /// <summary>The resource asks for it.</summary>
    Spec,

    /// <summary>The figures of the last move were bad, or it got stuck.</summary>
    Rollback,

    /// <summary>The resource is being deleted and asks to be undone.</summary>
    Deletion,
}

/// <summary>
/// What cannot be read from the cluster and therefore stands in <c>status</c>. Where the platform is on its way is not among it:
/// that is derived anew each time.
/// </summary>
public sealed record MoveMemory
{
    /// <summary>Counts moves. Written before anything is done; services refuse orders of a lower one.</summary>
    public long Epoch { get; init; }

    /// <summary>Where the present (or last) move leads; null before the first.</summary>
    public Goal? Target { get; init; }

    /// <summary>Where it came from.</summary>
    public Goal? From { get; init; }

    /// <summary>The last target that was reached, or what was found on the first visit. Rollback leads there.</summary>
    public Goal? LastGood { get; init; }

    /// <summary>The last good one before <see cref="LastGood"/>: where a finished move can be taken back to on request. Null: not known.</summary>
    public Goal? PreviousGood { get; init; }

    /// <summary>Why it was begun.</summary>
    public MoveReason Reason { get; init; }

    /// <summary>Generation of the resource that it was begun for.</summary>
    public long Generation { get; init; }

    /// <summary>A fingerprint of what was to be generated when it was begun; null: not known.</summary>
    public string? Wish { get; init; }

    /// <summary>When it was begun.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the last publisher was confirmed on the target.</summary>
    public DateTimeOffset? PublishersBackAt { get; init; }

    /// <summary>When the old broker was found empty.</summary>
    public DateTimeOffset? DrainedAt { get; init; }

    /// <summary>When all was done; null while it is under way.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Why the spec's generation is not tried again.</summary>
    public Failure? Failure { get; init; }

    /// <summary>What is being waited for, and since when. A step that takes longer than its limit fails the move.</summary>
    public Step? Step { get; init; }

    /// <summary>The probe that is out.</summary>
    public Probe? Probe { get; init; }

    /// <summary>The target's consumers have handled a probe that came through the target.</summary>
    public bool Proven { get; init; }

    /// <summary>How far each broker that is being left is drained.</summary>
    public ImmutableSortedDictionary<Broker, DrainNote> Drains { get; init; } = ImmutableSortedDictionary<Broker, DrainNote>.Empty;

    /// <summary>
    /// Of the events that the ledger counts as sent over a broker and later sent again: how many were off it for certain when it was last left. The others are what it may be left with another time.
    /// </summary>
    public ImmutableSortedDictionary<Broker, long> SettledReplays { get; init; } = ImmutableSortedDictionary<Broker, long>.Empty;

    /// <summary>Brokers that were used, with the settings that worked: what the spec no longer names may have to be drained, or gone back to.</summary>
    public ImmutableSortedDictionary<Broker, BrokerEndpoint> Endpoints { get; init; } = BrokerEndpoints.None;

    /// <summary>Everything else that Dapr resources are generated from, as it was when a move last succeeded; null: not known.</summary>
    public GoodSettings? Settings { get; init; }

    /// <summary>Where the services' own client was connected to when all pods last agreed about it; empty: never told.</summary>
    public IReadOnlyList<string> OwnClient { get; init; } = [];

    /// <summary>Fingerprints of Secrets, by <c>secret.key</c>, as they were first seen or when a move last ended: what pods were started with whose template says nothing else.</summary>
    public ImmutableSortedDictionary<string, string> Secrets { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Figures before the first change.</summary>
    public RecentLedger? Baseline { get; init; }

    /// <summary>Verdicts in a row.</summary>
    public AnalysisTally Analysis { get; init; } = AnalysisTally.None;

    /// <summary>Since when nothing is changed because the spec says so; null while it does not.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>The step that somebody asked not to watch any longer, and when: pods that were ready by then are not soaked.</summary>
    public Step? Promoted { get; init; }

    /// <summary>The app whose Dapr resources are edited or whose pods are started anew: it has to be back before the next app's turn.</summary>
    public Edit? Edited { get; init; }

    /// <summary>Restarts that containers had when the move began, by pod; what was before is not the move's doing.</summary>
    public ImmutableSortedDictionary<string, int> RestartsBefore { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>The last request of each kind that was taken up.</summary>
    public ImmutableSortedDictionary<RequestKind, Acknowledgement> Acknowledged { get; init; } = ImmutableSortedDictionary<RequestKind, Acknowledgement>.Empty;

    /// <summary>
    /// The same after a pause. All clocks start anew: time in which nothing was done is no lack of progress, and a silence that nobody listened to is none.
    /// </summary>
    public MoveMemory Resumed(DateTimeOffset now) => PausedAt is null ? this : this with
    {
        PausedAt = null,
        Step = null,
        Drains = Drains.ToImmutableSortedDictionary(
            d => d.Key, d => d.Value with { QuietSince = null, ProgressAt = now, LoweredAt = d.Value.LoweredAt is null ? null : now, HeldSince = d.Value.HeldSince is null ? null : now }),
    };
}

/// <summary>What is being waited for.</summary>
public sealed record Step(string Name, DateTimeOffset Since);

/// <summary>An app's turn to be edited or started anew.</summary>
/// <param name="App">Its app id.</param>
/// <param name="At">When that was done; null: it is about to be, or was by an operator that ended before it could say so.</param>
public sealed record Edit(string App, DateTimeOffset? At);

/// <summary>Probe events on their way.</summary>
public sealed record Probe(string Via, IReadOnlyList<string> Ids, DateTimeOffset SentAt);

/// <summary>The state of leaving one broker.</summary>
public sealed record DrainNote
{
    /// <summary>Since when nothing is published to it and nothing is in flight on it.</summary>
    public DateTimeOffset? QuietSince { get; init; }

    /// <summary>The fewest events in flight seen.</summary>
    public long? Lowest { get; init; }

    /// <summary>When that number last went down.</summary>
    public DateTimeOffset? ProgressAt { get; init; }

    /// <summary>The same, but for events sent again: they start the clock above anew, not this one.</summary>
    public DateTimeOffset? LoweredAt { get; init; }

    /// <summary>When its open events were ordered to be sent again.</summary>
    public DateTimeOffset? ReplayedAt { get; init; }

    /// <summary>Events that are not in the ledger and had arrived by the last look.</summary>
    public long? Foreign { get; init; }

    /// <summary>Since when the broker itself has not answered; null while it does.</summary>
    public DateTimeOffset? SilentSince { get; init; }

    /// <summary>Events that the broker itself had yet to hand over at the last look; null: not looked yet.</summary>
    public long? Held { get; init; }

    /// <summary>Since when it is that many, with nothing open in the ledger.</summary>
    public DateTimeOffset? HeldSince { get; init; }
}

using System.Collections.Immutable;
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

    /// <summary>Why it was begun.</summary>
    public MoveReason Reason { get; init; }

    /// <summary>Generation of the resource that it was begun for.</summary>
    public long Generation { get; init; }

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

    /// <summary>Figures before the first change.</summary>
    public RecentLedger? Baseline { get; init; }

    /// <summary>Verdicts in a row.</summary>
    public AnalysisTally Analysis { get; init; } = AnalysisTally.None;
}

/// <summary>Why a generation of the spec was given up.</summary>
public sealed record Failure(long Generation, string Reason, string Message, DateTimeOffset At);

/// <summary>What is being waited for.</summary>
public sealed record Step(string Name, DateTimeOffset Since);

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

    /// <summary>When its open events were ordered to be sent again.</summary>
    public DateTimeOffset? ReplayedAt { get; init; }

    /// <summary>Events that are not in the ledger and had arrived by the last look.</summary>
    public long? Foreign { get; init; }
}

/// <summary>Verdicts of the analysis, each counted on its own.</summary>
/// <param name="Verdict">The last one.</param>
/// <param name="Failures">Failed ones in a row.</param>
/// <param name="Errors">Measurements in a row that could not be taken.</param>
/// <param name="Inconclusive">Measurements in a row with too little traffic.</param>
/// <param name="At">When the last measurement was taken.</param>
/// <param name="Message">The last measurement in words.</param>
public sealed record AnalysisTally(Verdict Verdict, int Failures, int Errors, int Inconclusive, DateTimeOffset? At, string Message)
{
    /// <summary>Nothing measured yet.</summary>
    public static AnalysisTally None { get; } = new(Verdict.Pending, 0, 0, 0, At: null, "Nothing measured yet.");
}

/// <summary>What a measurement says.</summary>
public enum Verdict
{
    /// <summary>Nothing measured yet.</summary>
    Pending,

    /// <summary>Within the limits.</summary>
    Successful,

    /// <summary>Beyond a limit.</summary>
    Failed,

    /// <summary>Too few events to tell.</summary>
    Inconclusive,

    /// <summary>Could not be measured.</summary>
    Error,
}

using Todo.Operator.Decisions.Requests;
using Todo.Operator.Decisions.Stages;
using Todo.Operator.Topology;

namespace Todo.Operator.Decisions;

/// <summary>
/// The one rule of every move. Consumers listen on the target and on every broker that is not drained; publishers move to the
/// target once its consumers are proven; what is not the target is retired when it is drained. The gates are asked in order, each
/// time from the start, and the first that is not passed says what to do: so there is no script to resume or to run backwards.
/// </summary>
public static class Engine
{
    private static readonly Func<Turn, Gate?>[] _gates =
    [
        RotationStage.Evaluate,
        PrepareStage.Evaluate,
        SidecarStage.Evaluate,
        ConsumerStage.Evaluate,
        ProbeStage.Evaluate,
        PublisherStage.Evaluate,
        JobStage.Evaluate,
        DrainStage.Evaluate,
        RetireStage.Evaluate,
    ];

    /// <summary>
    /// On the way back over a log that both kinds of client share, and on which all consumers are, nobody has to be waited for: each hears what either kind publishes. So publishers go back before
    /// consumers are handed over.
    /// </summary>
    private static readonly Func<Turn, Gate?>[] _gatesBackOnOneLog =
    [
        RotationStage.Evaluate,
        PrepareStage.Evaluate,
        SidecarStage.Evaluate,
        PublisherStage.Evaluate,
        ConsumerStage.Evaluate,
        ProbeStage.Evaluate,
        JobStage.Evaluate,
        DrainStage.Evaluate,
        RetireStage.Evaluate,
    ];

    /// <summary>Says what to do next. Pure: the same snapshot gives the same decision.</summary>
    public static Decision Decide(Observed observed)
    {
        var decision = DecideMove(observed);
        return !decision.PersistFirst && RequestHandler.Order(observed) is { } order ? decision with { Actions = [.. decision.Actions, order] } : decision;
    }

    /// <summary>Whether a decision needs more than the caches: pods, sidecars and the ledger are asked only while something moves.</summary>
    public static bool NeedsAnswers(Observed observed) => observed.Claims.Count == 0 && Departure.AtOnce(observed, observed.Memory) is null && !Audit.Stands(observed);

    /// <summary>Whether a move is about to begin that the checks have a say in.</summary>
    public static bool NeedsPreflight(Observed observed)
    {
        var (target, reason) = Targets.Choose(observed, observed.Memory);
        return reason == MoveReason.Spec && observed is { Paused: false, Deleting: false, WaitsFor: null, Claims.Count: 0 } && IsNew(observed, observed.Memory, target, reason);
    }

    private static Decision DecideMove(Observed observed)
    {
        var memory = observed.Memory;
        if ((Claim.Refuse(observed, memory) ?? Departure.AtOnce(observed, memory)) is { } nothingToMove)
        {
            return nothingToMove;
        }

        memory = memory.LastGood is null ? memory with { LastGood = Targets.Found(observed) } : memory;
        memory = Rotation.Remember(observed, memory);
        if (observed.Paused && !observed.Deleting)
        {
            return Pausing.Pause(observed, memory);
        }

        memory = memory.Resumed(observed.Now);
        if (RequestHandler.Next(observed) is { } request)
        {
            return Take(observed, memory, request);
        }

        var (target, reason) = Targets.Choose(observed, memory);
        if (IsNew(observed, memory, target, reason))
        {
            return Beginning.Begin(observed, memory, target, reason);
        }

        return reason == MoveReason.Spec && Pausing.Standstill(observed, memory) is { } standstill ? standstill
            : Audit.Stands(observed) ? Ending.Settled(memory)
            : Move(observed, memory, target);
    }

    /// <summary>Another destination, or another wish for what is there or for the way there: that is a move of its own too, with checks, gates and a place in history.</summary>
    private static bool IsNew(Observed observed, MoveMemory memory, Goal target, MoveReason reason) =>
        !target.Equals(memory.Target) || reason != memory.Reason || IsOutdated(observed, memory)
        || (reason == MoveReason.Spec && memory is { FinishedAt: null, Wish: { } wish } && wish != observed.Wish)
        || (reason == MoveReason.Spec && memory.Generation != observed.Generation && Audit.IsEdited(observed))
        || (reason == MoveReason.Spec && memory.FinishedAt is not null && Rotation.Changed(observed, memory).Count > 0);

    /// <summary>The services have had orders of a later move than this one, which they would refuse: it begins anew.</summary>
    private static bool IsOutdated(Observed observed, MoveMemory memory) => memory.FinishedAt is null && observed.Ledger.Is(l => l.Epoch > memory.Epoch);

    /// <summary>What is decided with the request taken up; only written down, so that it is taken up once.</summary>
    private static Decision Take(Observed observed, MoveMemory memory, PlatformRequest request)
    {
        var taken = RequestHandler.Take(observed, memory, request);
        var next = DecideMove(observed with { Memory = taken, Requests = [], Preflight = PreflightVerdict.NotMade });
        return next.PersistFirst ? next : next with { Memory = taken, Actions = [], PersistFirst = true };
    }

    private static Decision Move(Observed observed, MoveMemory memory, Goal target)
    {
        var situation = new Situation(observed, target);
        var turn = new Turn(situation, memory);
        foreach (var gate in turn.RollingBack && situation.HearsEverybody ? _gatesBackOnOneLog : _gates)
        {
            if (gate(turn) is { } open)
            {
                return Progress.Continue(turn, open);
            }
        }

        return Ending.Finish(turn);
    }
}

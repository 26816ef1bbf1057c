using Todo.Operator.Analysis;
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
        PrepareStage.Evaluate,
        SidecarStage.Evaluate,
        ConsumerStage.Evaluate,
        ProbeStage.Evaluate,
        PublisherStage.Evaluate,
        JobStage.Evaluate,
        DrainStage.Evaluate,
        RetireStage.Evaluate,
    ];

    /// <summary>Says what to do next. Pure: the same snapshot gives the same decision.</summary>
    public static Decision Decide(Observed observed)
    {
        var memory = observed.Memory;
        if (observed.Deleting && !observed.RevertOnDelete)
        {
            return Leave(observed, memory);
        }

        memory = memory.LastGood is null ? memory with { LastGood = Targets.Found(observed) } : memory;
        if (observed.Paused && !observed.Deleting)
        {
            return Hold(Phase.Paused, Stage.Preflight, "Paused by spec.paused: nothing is changed until it is false again.", memory);
        }

        var (target, reason) = Targets.Choose(observed, memory);
        if (!target.Equals(memory.Target) || reason != memory.Reason)
        {
            return Begin(observed, memory, target, reason);
        }

        if (memory.Failure?.Generation == observed.Generation && reason == MoveReason.Spec)
        {
            return Hold(Phase.Paused, Stage.Preflight, $"Frozen by rollout.onFailure: {memory.Failure.Message}", memory);
        }

        return Audit.Stands(observed) ? Settled(memory) : Move(observed, memory, target);
    }

    /// <summary>Whether a decision needs more than the caches: pods, sidecars and the ledger are asked only while something moves.</summary>
    public static bool NeedsAnswers(Observed observed) =>
        !(observed.Paused && !observed.Deleting) && !(observed.Deleting && !observed.RevertOnDelete) && !Audit.Stands(observed);

    /// <summary>Whether a move is about to begin that the checks have a say in.</summary>
    public static bool NeedsPreflight(Observed observed)
    {
        var (target, reason) = Targets.Choose(observed, observed.Memory);
        return reason == MoveReason.Spec && !(observed.Paused || observed.Deleting) && (!target.Equals(observed.Memory.Target) || reason != observed.Memory.Reason);
    }

    private static Decision Begin(Observed observed, MoveMemory memory, Goal target, MoveReason reason)
    {
        if (reason == MoveReason.Spec && !observed.Preflight.MayBegin)
        {
            return Hold(Phase.Preflight, Stage.Preflight, observed.Preflight.Message, memory) with { Awaiting = true };
        }

        var begun = new MoveMemory
        {
            Epoch = memory.Epoch + 1,
            Target = target,
            From = memory.Target ?? memory.LastGood,
            LastGood = memory.LastGood,
            Reason = reason,
            Generation = observed.Generation,
            StartedAt = observed.Now,
            Failure = reason == MoveReason.Rollback ? memory.Failure : null,
            Drains = memory.Drains,
            Baseline = observed.Ledger.IsKnown && observed.Ledger.Value!.Recent.Handled > 0 ? observed.Ledger.Value.Recent : memory.Baseline,
        };
        return new Decision
        {
            Phase = PhaseOf(begun, Stage.Prepare),
            Stage = Stage.Prepare,
            Message = target.Equals(begun.From) ? $"Making sure of {target}." : $"Moving from {begun.From} to {target}.",
            Memory = begun,
            PersistFirst = true,
        };
    }

    private static Decision Move(Observed observed, MoveMemory memory, Goal target)
    {
        var situation = new Situation(observed, target);
        var turn = new Turn(situation, memory);
        foreach (var gate in _gates)
        {
            if (gate(turn) is { } open)
            {
                return Continue(turn, open);
            }
        }

        return Finish(turn);
    }

    private static Decision Continue(Turn turn, Gate gate)
    {
        var memory = turn.Memory;
        if (gate.Stage <= Stage.Consumers && gate.Actions.Count > 0)
        {
            // The consumers that were proven are being changed.
            memory = memory with { Proven = false, Probe = null };
        }

        var moving = memory.FinishedAt is null && memory.Reason == MoveReason.Spec;
        if (moving && gate.Stage is Stage.Publishers or Stage.Jobs or Stage.Drain && turn.Situation.Services.All(s => s.Converged))
        {
            memory = memory with { Analysis = AnalysisRule.Measure(turn.Observed, memory, turn.Situation.Services.All(s => s.Settled)) };
            if (AnalysisRule.Reason(memory.Analysis, turn.Observed.Options.Analysis) is { } reason)
            {
                return GiveUp(turn, memory, gate.Stage, reason, memory.Analysis.Message);
            }

            if (gate.Stage == Stage.Publishers && memory.Analysis.Verdict == Verdict.Failed)
            {
                gate = Gate.Wait(gate.Stage, $"Not going on while the figures are bad: {memory.Analysis.Message}", gate.Done, gate.Total);
            }
        }

        var name = $"{gate.Stage} {gate.Done}/{gate.Total}";
        var step = memory.Step?.Name == name ? memory.Step : new Step(name, turn.Now);
        memory = memory with { Step = step };
        var late = turn.Now - step.Since > turn.Observed.Options.StepTimeout && gate.Stage != Stage.Drain;
        if (late && moving && gate.Stage < Stage.Drain && !memory.Target!.Equals(memory.LastGood))
        {
            return GiveUp(turn, memory, gate.Stage, "StepTimeout", $"{gate.Stage} has made no progress for {turn.Observed.Options.StepTimeout.TotalSeconds:0} s: {gate.Message}");
        }

        return new Decision
        {
            Phase = late ? Phase.Degraded : PhaseOf(memory, gate.Stage),
            Stage = gate.Stage,
            Message = gate.Message,
            Done = gate.Done,
            Total = gate.Total,
            Actions = gate.Actions,
            Memory = memory,
            Awaiting = true,
        };
    }

    private static Decision GiveUp(Turn turn, MoveMemory memory, Stage stage, string reason, string message) => new()
    {
        Phase = turn.Observed.Options.RollbackOnFailure ? Phase.RollingBack : Phase.Paused,
        Stage = stage,
        Message = message,
        Memory = memory with { Failure = new Failure(turn.Observed.Generation, reason, message, turn.Now) },
        PersistFirst = true,
    };

    private static Decision Finish(Turn turn)
    {
        var memory = turn.Memory;
        var total = turn.Situation.Services.Count;
        memory = memory with
        {
            FinishedAt = memory.FinishedAt ?? turn.Now,
            LastGood = memory.Reason == MoveReason.Spec ? memory.Target : memory.LastGood,
            Step = null,
        };
        var settled = Settled(memory) with { Done = total, Total = total };
        return memory.Reason == MoveReason.Deletion
            ? settled with { Phase = Phase.Deleting, Message = "Everything is undone.", Actions = [new RemoveFinalizer()] }
            : settled;
    }

    private static Decision Settled(MoveMemory memory) => new()
    {
        Phase = memory.Reason switch
        {
            MoveReason.Rollback => Phase.RolledBack,
            MoveReason.Deletion => Phase.Deleting,
            _ => Phase.Migrated,
        },
        Stage = Stage.Done,
        Message = memory.Reason == MoveReason.Rollback
            ? $"Back on {memory.Target}: {memory.Failure?.Message}"
            : $"All services are on {memory.Target}.",
        Done = Enum.GetValues<ServiceId>().Length,
        Total = Enum.GetValues<ServiceId>().Length,
        Actions = memory.Reason == MoveReason.Deletion ? [new RemoveFinalizer()] : [],
        Memory = memory,
    };

    private static Decision Leave(Observed observed, MoveMemory memory) => new()
    {
        Phase = Phase.Deleting,
        Stage = Stage.Done,
        Message = "deletionPolicy is Retain: services and generated resources stay as they are.",
        Actions = [.. observed.Objects.Select(o => new ReleaseObject(o.Key)), new RemoveFinalizer()],
        Memory = memory,
    };

    private static Decision Hold(Phase phase, Stage stage, string message, MoveMemory memory) =>
        new() { Phase = phase, Stage = stage, Message = message, Memory = memory };

    private static Phase PhaseOf(MoveMemory memory, Stage stage) => memory switch
    {
        { Reason: MoveReason.Deletion } => Phase.Deleting,
        { Reason: MoveReason.Rollback, FinishedAt: null } => Phase.RollingBack,
        { FinishedAt: not null } => Phase.Reconfiguring,
        _ when stage == Stage.Prepare => Phase.Preparing,
        { From.AnyDapr: true, Target.AnyDapr: true } when memory.From.Broker != memory.Target.Broker => Phase.Swapping,
        _ => Phase.Migrating,
    };
}

using Todo.Operator.Analysis;
using Todo.Operator.Decisions.Stages;

namespace Todo.Operator.Decisions;

/// <summary>A move is under way and a gate is open: is it healthy, are the figures good, does it take too long?</summary>
internal static class Progress
{
    public static Decision Continue(Turn turn, Gate gate)
    {
        if (gate.Stage <= Stage.Consumers && gate.Actions.Count > 0)
        {
            // The consumers that were proven are being changed.
            turn.Memory = turn.Memory with { Proven = false, Probe = null };
        }

        if (gate.Stage < Stage.Publishers)
        {
            turn.Memory = Baselines.Improve(turn);
        }

        var name = $"{gate.Stage} {gate.Done}/{gate.Total}";
        var step = turn.Memory.Step?.Name == name ? turn.Memory.Step : new Step(name, turn.Now);
        turn.Memory = turn.Memory with { Step = step };
        var moving = turn.Memory is { FinishedAt: null, Reason: MoveReason.Spec };
        if (moving && Broken(turn, gate) is { } broken)
        {
            return broken;
        }

        if (moving && Watched(turn, gate, name))
        {
            gate = Watching.Look(turn, gate);
            if (AnalysisRule.Reason(turn.Memory.Analysis, turn.Observed.Options.Analysis) is { } reason && MayGiveUp(turn))
            {
                return GiveUp(turn, gate.Stage, reason, $"{turn.Memory.Analysis.Message} Look at: status.analysis, and the logs of the services that moved.");
            }

            if (Pausing.Standstill(turn.Observed, turn.Memory) is { } standstill)
            {
                return standstill;
            }
        }

        return new Decision
        {
            Phase = IsLate(turn, gate, step) ? Phase.Degraded : PhaseOf(turn.Memory, gate.Stage),
            Stage = gate.Stage,
            Message = IsLate(turn, gate, step) ? Late(turn, gate) : gate.Message,
            Done = gate.Done,
            Total = gate.Total,
            Actions = gate.Actions,
            Memory = turn.Memory,
            PersistFirst = gate.PersistFirst,
            Awaiting = true,
        };
    }

    public static Phase PhaseOf(MoveMemory memory, Stage stage) => memory switch
    {
        { Reason: MoveReason.Deletion } => Phase.Deleting,
        { Reason: MoveReason.Rollback, FinishedAt: null } => Phase.RollingBack,
        { FinishedAt: not null } => Phase.Reconfiguring,
        { Epoch: > 1, From: { } from, Target: { } target } when from.Equals(target) => Phase.Reconfiguring,
        _ when stage == Stage.Prepare => Phase.Preparing,
        { From.AnyDapr: true, Target.AnyDapr: true } when memory.From.Broker != memory.Target.Broker => Phase.Swapping,
        _ => Phase.Migrating,
    };

    /// <summary>What ends the move at once, or at the end of a step's time.</summary>
    private static Decision? Broken(Turn turn, Gate gate)
    {
        if (!MayGiveUp(turn))
        {
            return null;
        }

        if (Health.Crashing(turn.Observed, turn.Memory) is { } crash)
        {
            return GiveUp(turn, gate.Stage, crash.Reason, crash.Message);
        }

        if (gate.Fault is { Final: true } fault)
        {
            return GiveUp(turn, gate.Stage, fault.Reason, $"{gate.Message} Look at: {fault.LookAt}");
        }

        var limit = turn.Observed.Options.StepTimeout;
        return gate.Stage < Stage.Drain && turn.Now - turn.Memory.Step!.Since > limit
            ? GiveUp(
                turn,
                gate.Stage,
                gate.Fault?.Reason ?? Failure.StepTimeout,
                $"{gate.Stage} has made no progress for {limit.TotalSeconds:0} s: {gate.Message}{(gate.Fault is { } f ? $" Look at: {f.LookAt}" : string.Empty)}")
            : null;
    }

    /// <summary>
    /// From the last good transport to itself there is a way back only if it once worked with other settings; else a move that fails there stands where it is and says so.
    /// </summary>
    private static bool MayGiveUp(Turn turn) =>
        !turn.Observed.Options.RollbackOnFailure || !turn.Memory.Target!.Equals(turn.Memory.LastGood) || turn.Observed.OtherSettingsWorked;

    private static bool Watched(Turn turn, Gate gate, string step) =>
        gate.Stage is Stage.Publishers or Stage.Jobs or Stage.Drain
        && turn.Memory.Promoted?.Name != step
        && turn.Situation.Services.All(s => s.Converged);

    private static bool IsLate(Turn turn, Gate gate, Step step)
    {
        var options = turn.Observed.Options;
        if (gate.Stage != Stage.Drain)
        {
            return turn.Now - step.Since > options.StepTimeout || (gate.Fault is { Final: true } && !MayGiveUp(turn));
        }

        // A drain has a long time, but only while events become fewer.
        var lowered = turn.Situation.Others.Max(b => turn.Memory.Drains.GetValueOrDefault(b)?.LoweredAt);
        var since = lowered > step.Since ? lowered.Value : step.Since;
        return turn.Now - since > options.DrainTimeout + options.StepTimeout;
    }

    private static string Late(Turn turn, Gate gate) =>
        (turn.Memory.Reason == MoveReason.Deletion, gate.Fault) switch
        {
            (true, _) => $"{gate.Message} The deletion waits for this. spec.deletionPolicy: Retain lets the resource go and leaves everything as it is.",
            (_, { } fault) => $"{gate.Message} Look at: {fault.LookAt}",
            _ => gate.Message,
        };

    private static Decision GiveUp(Turn turn, Stage stage, string reason, string message) => new()
    {
        Phase = turn.Observed.Options.RollbackOnFailure ? Phase.RollingBack : Phase.Paused,
        Stage = stage,
        Message = message,
        Memory = turn.Memory with { Failure = turn.Observed.Fail(reason, message) },
        PersistFirst = true,
    };
}

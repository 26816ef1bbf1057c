using System.Collections.Immutable;
using Todo.Operator.Analysis;
using Todo.Operator.Topology;

namespace Todo.Operator.Decisions;

/// <summary>A move begins: once the checks allow it, and written down before anything is done.</summary>
internal static class Beginning
{
    public static Decision Begin(Observed observed, MoveMemory memory, Goal target, MoveReason reason)
    {
        if (reason == MoveReason.Spec && observed.WaitsFor is { } others)
        {
            return Pausing.Hold(Phase.Pending, Stage.Preflight, $"The move to {target} waits for {others}.", memory) with { Awaiting = true };
        }

        if (reason == MoveReason.Spec && !observed.Preflight.MayBegin)
        {
            return Pausing.Hold(Phase.Preflight, Stage.Preflight, observed.Preflight.Message, memory) with { Awaiting = true };
        }

        var begun = new MoveMemory
        {
            // A resource that was made anew knows nothing of what the services were told before.
            Epoch = Math.Max(memory.Epoch, observed.Ledger.IsKnown ? observed.Ledger.Value!.Epoch : 0) + 1,
            Target = target,
            From = memory.Target ?? memory.LastGood,
            LastGood = memory.LastGood,
            PreviousGood = memory.PreviousGood,
            Reason = reason,
            Generation = observed.Generation,
            StartedAt = observed.Now,
            Failure = reason == MoveReason.Rollback ? memory.Failure : null,
            Drains = memory.Drains,
            Acknowledged = memory.Acknowledged,
            RestartsBefore = Health.Restarts(observed).ToImmutableSortedDictionary(StringComparer.Ordinal),
            Baseline = observed.Ledger.IsKnown && observed.Ledger.Value!.Recent.Handled > 0 ? observed.Ledger.Value.Recent : memory.Baseline,
        };
        return new Decision
        {
            Phase = Progress.PhaseOf(begun, Stage.Prepare),
            Stage = Stage.Prepare,
            Message = target.Equals(begun.From) ? $"Making sure of {target}." : $"Moving from {begun.From} to {target}.",
            Memory = begun,
            PersistFirst = true,
        };
    }
}

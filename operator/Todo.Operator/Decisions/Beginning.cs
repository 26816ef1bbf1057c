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

        var goesOn = memory is { FinishedAt: null, Reason: MoveReason.Spec } && reason == MoveReason.Spec && target.Equals(memory.Target);
        var begun = new MoveMemory
        {
            // A resource that was made anew knows nothing of what the services were told before.
            Epoch = Math.Max(memory.Epoch, observed.Ledger.IsKnown ? observed.Ledger.Value!.Epoch : 0) + 1,
            Target = target,
            From = goesOn ? memory.From : memory.Target ?? memory.LastGood,
            LastGood = memory.LastGood,
            PreviousGood = memory.PreviousGood,
            Reason = reason,
            Generation = observed.Generation,
            Wish = observed.Wish,
            StartedAt = observed.Now,
            Failure = reason == MoveReason.Rollback ? memory.Failure : null,
            Drains = memory.Drains.Remove(target.Broker),
            SettledReplays = memory.SettledReplays,
            Edited = reason == MoveReason.Spec ? memory.Edited : null,
            Settings = memory.Settings,
            OwnClient = memory.OwnClient,
            Secrets = memory.Secrets,
            Acknowledged = memory.Acknowledged,
            RestartsBefore = Health.Restarts(observed),
            // In the middle of a move the figures are its own.
            Baseline = goesOn ? memory.Baseline ?? Baselines.Of(observed) : Baselines.Of(observed) ?? memory.Baseline,
        };
        begun = begun with { Endpoints = Remembered(observed, memory, begun) };
        return new Decision
        {
            Phase = Progress.PhaseOf(begun, Stage.Prepare),
            Stage = Stage.Prepare,
            Message = goesOn && memory.Wish != begun.Wish ? $"Moving from {begun.From} to {target}, which is wanted in another way now."
                : !target.Equals(begun.From) ? $"Moving from {begun.From} to {target}."
                : Rotation.Changed(observed, begun) is { Count: > 0 } changed ? $"The content of {string.Join(", ", changed)} has changed: pods that were started with the old one are started anew, one service after the other."
                : $"Making sure of {target}.",
            Memory = begun,
            PersistFirst = true,
        };
    }

    /// <summary>The brokers that the move can have to do with. Of one that it only now comes to nothing better is known than what the spec says; others keep what worked.</summary>
    private static ImmutableSortedDictionary<Broker, BrokerEndpoint> Remembered(Observed observed, MoveMemory memory, MoveMemory begun)
    {
        List<Broker> needed =
        [
            .. new[] { begun.From, begun.LastGood, begun.PreviousGood }.OfType<Goal>().Select(g => g.Broker),
            .. begun.Drains.Keys,
            .. observed.Objects.Select(o => o.Key.Broker).OfType<Broker>(),
            .. begun.Target!.AnyDapr ? [begun.Target.Broker] : Array.Empty<Broker>(),
        ];
        return needed.Distinct()
            .Select(b => (Broker: b, Endpoint: memory.Endpoints.GetValueOrDefault(b) ?? (b == begun.Target.Broker && begun.Target.AnyDapr ? observed.Endpoints.GetValueOrDefault(b) : null)))
            .Where(k => k.Endpoint is not null)
            .ToImmutableSortedDictionary(k => k.Broker, k => k.Endpoint!);
    }
}

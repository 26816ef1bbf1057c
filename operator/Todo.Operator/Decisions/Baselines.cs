using Todo.Operator.Decisions.Stages;

namespace Todo.Operator.Decisions;

/// <summary>The figures before the first publisher moves, which later ones are compared with.</summary>
internal static class Baselines
{
    /// <summary>The figures of now; null when there are none. Without a single measured event (probes are handled, and not measured) there is nothing to compare with.</summary>
    public static RecentLedger? Of(Observed observed) => observed.Ledger.Is(l => l.Recent is { Handled: > 0, P95: > 0 }) ? observed.Ledger.Value!.Recent : null;

    /// <summary>A move may begin while nothing is going on, or while the ledger does not answer. As long as no publisher has moved it is not too late for a better look.</summary>
    public static MoveMemory Improve(Turn turn)
    {
        var memory = turn.Memory;
        var s = turn.Situation;
        var enough = memory.Baseline?.Handled >= turn.Observed.Options.Analysis.MinEvents;
        return memory is { Reason: MoveReason.Spec, FinishedAt: null } && !enough
            && Of(turn.Observed) is { } now && now.Handled > (memory.Baseline?.Handled ?? 0)
            && (s.Goal.Equals(memory.From) || s.Services.All(v => s.TransportOf(v.Template) != s.Goal.TransportOf(v.Id)))
            ? memory with { Baseline = now }
            : memory;
    }
}

using Todo.Operator.Decisions;

namespace Todo.Operator.Analysis;

/// <summary>Judges the recent past of a move by four verdicts. Quiet traffic is not failure, and neither is not knowing.</summary>
public static class AnalysisRule
{
    /// <summary>Takes one measurement when it is due.</summary>
    /// <param name="observed">The snapshot; its ledger window covers only the time since the last change.</param>
    /// <param name="memory">With the baseline and the verdicts so far.</param>
    /// <param name="undisturbed">No pod is starting or stopping: only then does latency say something about the transport.</param>
    public static AnalysisTally Measure(Observed observed, MoveMemory memory, bool undisturbed)
    {
        var tally = memory.Analysis;
        var limits = observed.Options.Analysis;
        if (tally.At is { } last && observed.Now - last < limits.Interval)
        {
            return tally;
        }

        var (verdict, message) = Judge(observed, memory.Baseline, limits, undisturbed);
        return new AnalysisTally(
            verdict,
            verdict == Verdict.Failed ? tally.Failures + 1 : 0,
            verdict == Verdict.Error ? tally.Errors + 1 : 0,
            verdict == Verdict.Inconclusive ? tally.Inconclusive + 1 : 0,
            observed.Now,
            message);
    }

    /// <summary>Whether the tally ends the move, and why.</summary>
    public static string? Reason(AnalysisTally tally, AnalysisLimits limits) =>
        tally.Failures >= limits.FailureLimit ? "AnalysisFailed"
        : tally.Errors >= limits.ErrorLimit ? "AnalysisError"
        : null;

    private static (Verdict Verdict, string Message) Judge(Observed observed, RecentLedger? baseline, AnalysisLimits limits, bool undisturbed)
    {
        var crashing = observed.Services.SelectMany(s => s.Live).FirstOrDefault(p => p.HasSidecar && p.SidecarRestarts > limits.MaxSidecarRestarts);
        if (crashing is not null)
        {
            return (Verdict.Failed, $"The sidecar of {crashing.Name} has restarted {crashing.SidecarRestarts} times (limit {limits.MaxSidecarRestarts}).");
        }

        if (!observed.Ledger.IsKnown)
        {
            return (Verdict.Error, $"The ledger does not answer ({observed.Ledger.Why}).");
        }

        var recent = observed.Ledger.Value!.Recent;
        if (recent.Handled + recent.Failed < limits.MinEvents)
        {
            return (Verdict.Inconclusive, $"{recent.Handled + recent.Failed} events in {recent.Seconds:0} s are too few to judge (limit {limits.MinEvents}).");
        }

        if (recent.FailurePercent > limits.MaxFailurePercent)
        {
            return (Verdict.Failed, $"{recent.FailurePercent:0.0} % of {recent.Handled + recent.Failed} attempts failed (limit {limits.MaxFailurePercent:0.0} %).");
        }

        if (undisturbed && baseline is { Handled: > 0 }
            && recent.P95 > baseline.P95 * limits.MaxLatencyRatio
            && recent.P95 > baseline.P95 + limits.MinLatencyIncrease.TotalMilliseconds)
        {
            return (Verdict.Failed, $"p95 is {recent.P95:0} ms against {baseline.P95:0} ms before (limit {limits.MaxLatencyRatio:0.0} times and {limits.MinLatencyIncrease.TotalMilliseconds:0} ms more).");
        }

        return (Verdict.Successful, $"{recent.Handled} events, {recent.FailurePercent:0.0} % failed, p95 {recent.P95:0} ms.");
    }
}

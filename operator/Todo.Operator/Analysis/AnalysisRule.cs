using Todo.Operator.Decisions;
using Todo.Operator.Decisions.Requests;
using Todo.Operator.Topology;

namespace Todo.Operator.Analysis;

/// <summary>Judges the recent past of a move by four verdicts, each with a limit of its own. Quiet traffic is not failure, and neither is not knowing.</summary>
public static class AnalysisRule
{
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);

    /// <summary>What was before this is not measured: the last pod that came, or a person who let a move go on.</summary>
    public static DateTimeOffset? Since(Observed observed) => observed.Services.SelectMany(s => s.Serving).Select(p => p.ReadySince)
        .Concat(observed.Memory.Acknowledged.Where(a => a.Key is RequestKind.Retry or RequestKind.Promote).Select(a => (DateTimeOffset?)a.Value.At)).Max();

    /// <summary>Takes one measurement when it is due.</summary>
    /// <param name="observed">The snapshot; its ledger window covers only the time since the last change.</param>
    /// <param name="memory">With the baseline and the verdicts so far.</param>
    /// <param name="undisturbed">No pod is starting or stopping: only then does latency say something about the transport.</param>
    public static AnalysisTally Measure(Observed observed, MoveMemory memory, bool undisturbed)
    {
        var tally = memory.Analysis;
        var limits = observed.Options.Analysis;
        var delay = limits.InitialDelay > ShortestWindow ? limits.InitialDelay : ShortestWindow;
        if ((tally.At is { } last && observed.Now - last < limits.Interval) || (Since(observed) is { } since && observed.Now - since < delay))
        {
            return tally;
        }

        var (oldest, held) = observed.Ledger.IsKnown && memory.Target is { } target ? Waiting(observed, target) : (0, 0);
        var (verdict, message) = Judge(observed, memory, limits, (oldest, held), undisturbed);
        return new AnalysisTally(
            verdict,
            verdict == Verdict.Failed ? tally.Failures + 1 : 0,
            verdict == Verdict.Error ? tally.Errors + 1 : 0,
            verdict == Verdict.Inconclusive ? tally.Inconclusive + 1 : 0,
            observed.Now,
            message)
        {
            OldestSeconds = oldest,
        };
    }

    /// <summary>Whether the tally ends the move, and why.</summary>
    public static string? Reason(AnalysisTally tally, AnalysisLimits limits) =>
        tally.Failures >= limits.FailureLimit ? Failure.AnalysisFailed
        : tally.Errors >= limits.ErrorLimit ? Failure.AnalysisError
        : null;

    /// <summary>Whether a move stands still because there is nothing to judge it by, and waits for a person.</summary>
    public static bool IsExhausted(MoveMemory memory, AnalysisLimits limits) =>
        memory is { Reason: MoveReason.Spec, FinishedAt: null } && memory.Analysis.Inconclusive >= limits.InconclusiveLimit;

    /// <summary>How many events the window lacks to be judged.</summary>
    public static int Missing(Observed observed) =>
        observed.Ledger.IsKnown ? (int)Math.Max(0, observed.Options.Analysis.MinEvents - Attempts(observed.Ledger.Value!.Recent)) : 0;

    private static (Verdict Verdict, string Message) Judge(Observed observed, MoveMemory memory, AnalysisLimits limits, (double Oldest, long Held) waiting, bool undisturbed)
    {
        if (!observed.Ledger.IsKnown)
        {
            return (Verdict.Error, $"The ledger does not answer ({observed.Ledger.Why}).");
        }

        // A backlog that is worked off has ever younger oldest events; one that is stuck has not.
        if (waiting.Oldest > limits.MaxWait.TotalSeconds && memory.Analysis.OldestSeconds > 0 && waiting.Oldest >= memory.Analysis.OldestSeconds)
        {
            return (Verdict.Failed, $"Events for {memory.Target} are stuck: the oldest has waited {waiting.Oldest:0} s (limit {limits.MaxWait.TotalSeconds:0} s), {waiting.Held} are not sent.");
        }

        var recent = observed.Ledger.Value!.Recent;
        if (Attempts(recent) < limits.MinEvents)
        {
            return (Verdict.Inconclusive, $"{Attempts(recent)} events in {recent.Seconds:0} s are too few to judge (limit {limits.MinEvents}).");
        }

        if (recent.FailurePercent > limits.MaxFailurePercent)
        {
            return (Verdict.Failed, $"{recent.FailurePercent:0.0} % of {Attempts(recent)} attempts failed (limit {limits.MaxFailurePercent:0.0} %).");
        }

        if (undisturbed && memory.Baseline is { Handled: > 0 } baseline
            && recent.P95 > baseline.P95 * limits.MaxLatencyRatio
            && recent.P95 > baseline.P95 + limits.MinLatencyIncrease.TotalMilliseconds)
        {
            return (Verdict.Failed, $"p95 is {recent.P95:0} ms against {baseline.P95:0} ms before (limit {limits.MaxLatencyRatio:0.0} times and {limits.MinLatencyIncrease.TotalMilliseconds:0} ms more).");
        }

        var compared = memory.Baseline is { Handled: > 0 } ? string.Empty : " (not compared: nothing was measured before the first publisher moved)";
        return (Verdict.Successful, $"{recent.Handled} events, {recent.FailurePercent:0.0} % failed, p95 {recent.P95:0} ms{compared}.");
    }

    private static long Attempts(RecentLedger recent) => recent.Handled + recent.Failed;

    /// <summary>
    /// What is under way over the target, and what those who publish to it have not sent. What others have not sent is no word against the target: their own broker may be
    /// away, and then the move is what helps them.
    /// </summary>
    private static (double Oldest, long Held) Waiting(Observed observed, Goal target)
    {
        var ledger = observed.Ledger.Value!;
        var situation = new Situation(observed, target);
        var unsent = observed.Services.Where(s => situation.TransportOf(s.Template) == target.TransportOf(s.Id))
            .Select(s => ledger.Unsent.GetValueOrDefault(s.App.AppId)).OfType<UnsentLedger>().ToList();
        var ages = observed.Services.Select(s => target.TransportOf(s.Id)).Distinct().Select(t => ledger[t].OldestSeconds).Concat(unsent.Select(u => u.OldestSeconds));
        return (ages.Max(), unsent.Sum(u => u.Held));
    }
}

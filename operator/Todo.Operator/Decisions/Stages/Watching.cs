using Todo.Operator.Analysis;
using Todo.Operator.Topology;

namespace Todo.Operator.Decisions.Stages;

/// <summary>The figures of a move while publishers are on their way: measured, and the next publisher waits until they are good.</summary>
internal static class Watching
{
    /// <summary>The gate, with what the figures add to it.</summary>
    public static Gate Look(Turn turn, Gate gate)
    {
        var before = turn.Memory.Analysis;
        var tally = AnalysisRule.Measure(turn.Observed, turn.Memory, turn.Situation.Services.All(s => s.Settled));
        turn.Memory = turn.Memory with { Analysis = tally };
        var held = gate.Stage == Stage.Publishers ? Held(turn, tally, gate) : gate;
        return tally.Verdict == Verdict.Inconclusive && tally != before && Filler(turn) is { } filler
            ? held with { Actions = [.. held.Actions, filler] }
            : held;
    }

    private static Gate Held(Turn turn, AnalysisTally tally, Gate gate)
    {
        if (tally.Verdict == Verdict.Failed)
        {
            return Gate.Wait(gate.Stage, $"Not going on while the figures are bad: {tally.Message}", gate.Done, gate.Total);
        }

        var newest = turn.Situation.Services.SelectMany(s => s.Serving).Max(p => p.ReadySince);
        return gate.Actions.Count > 0 && (tally.Verdict != Verdict.Successful || tally.At <= newest)
            ? Gate.Wait(gate.Stage, $"Not going on before there are figures: {tally.Message}", gate.Done, gate.Total)
            : gate;
    }

    /// <summary>As many probes as the window lacks, over the target, from a service that is on it if there is one.</summary>
    private static SendFiller? Filler(Turn turn)
    {
        var s = turn.Situation;
        var able = s.Services.Where(v => v.Serving.Any() && s.Goal.ThroughDapr(v.Id) == s.Goal.AnyDapr).ToList();
        var sender = able.FindLast(v => v.Template.PublishesTo == s.PublishTarget(v)) ?? (able.Count > 0 ? able[0] : null);
        List<string> topics = [.. s.Consumers.SelectMany(c => c.App.Consumes).Distinct(StringComparer.Ordinal)];
        var missing = AnalysisRule.Missing(turn.Observed);
        return sender is null || topics.Count == 0 || missing == 0
            ? null
            : new SendFiller(sender.Id, s.PublishTarget(sender) ?? Transport.DirectName, [.. Enumerable.Range(0, missing).Select(i => topics[i % topics.Count])]);
    }
}

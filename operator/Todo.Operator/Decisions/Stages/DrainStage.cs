using Todo.Operator.Topology;

namespace Todo.Operator.Decisions.Stages;

/// <summary>
/// A broker that is left runs empty before anything on it is touched. Three sources have to agree: pods say where they publish, the
/// ledger what is in flight, the broker what has been committed; and it has to stay so for as long as a publish may take.
/// </summary>
internal static class DrainStage
{
    public static Gate? Evaluate(Turn turn)
    {
        var s = turn.Situation;
        var broker = s.Other;
        if (!s.AnyListener(broker))
        {
            turn.Memory = turn.Memory with { Drains = turn.Memory.Drains.Remove(broker) };
            return null;
        }

        var note = turn.Memory.Drains.GetValueOrDefault(broker) ?? new DrainNote();
        var (busy, actions, next) = Busy(turn, broker, note);
        next = busy is null ? next with { QuietSince = next.QuietSince ?? turn.Now } : next with { QuietSince = null };
        turn.Memory = turn.Memory with { Drains = turn.Memory.Drains.SetItem(broker, next) };
        if (busy is not null)
        {
            return new Gate(Stage.Drain, busy, actions, 0, 1);
        }

        var left = turn.Observed.Options.PublishTimeout + turn.Observed.Options.Hold - (turn.Now - next.QuietSince!.Value);
        if (left > TimeSpan.Zero)
        {
            return Gate.Wait(Stage.Drain, $"{broker.Name()} is empty; holding {Math.Ceiling(left.TotalSeconds):0} s for late publishes.", 0, 1);
        }

        turn.Memory = turn.Memory with { DrainedAt = turn.Memory.DrainedAt ?? turn.Now };
        return null;
    }

    private static (string? Busy, IReadOnlyList<PlatformAction> Actions, DrainNote Note) Busy(Turn turn, Broker broker, DrainNote note)
    {
        var s = turn.Situation;
        switch (s.PublishersElsewhere(broker))
        {
            case false:
                return ($"A pod that publishes to {broker.Name()} is still shutting down.", [], note);
            case null:
                return ($"Waiting for all pods to confirm that they no longer publish to {broker.Name()}.", [], note);
        }

        if (!turn.Observed.Ledger.IsKnown)
        {
            return ($"The ledger does not answer ({turn.Observed.Ledger.Why}).", [], note);
        }

        var ledger = turn.Observed.Ledger.Value!;
        var inFlight = ledger.InFlight(broker);
        if (inFlight > 0)
        {
            return InFlight(turn, broker, note, inFlight);
        }

        if (ledger.Foreign(broker) is > 0 and var foreign)
        {
            return ($"{foreign} events on {broker.Name()} are not in the ledger: it is not retired.", [], note);
        }

        if (broker == Broker.Kafka && Lagging(s) is { } lag)
        {
            return (lag, [], note);
        }

        return (null, [], note);
    }

    private static (string? Busy, IReadOnlyList<PlatformAction> Actions, DrainNote Note) InFlight(Turn turn, Broker broker, DrainNote note, long inFlight)
    {
        if (note.Lowest is null || inFlight < note.Lowest)
        {
            note = note with { Lowest = inFlight, ProgressAt = turn.Now };
        }

        var stuck = turn.Now - (note.ProgressAt ?? turn.Now) > turn.Observed.Options.DrainTimeout;
        var again = note.ReplayedAt is null || turn.Now - note.ReplayedAt > turn.Observed.Options.DrainTimeout;
        if ((turn.RollingBack || (stuck && turn.Observed.Options.ReplayOnDrainTimeout)) && again)
        {
            return (
                $"Sending {inFlight} open events of {broker.Name()} again over {turn.Goal}.",
                [new ReplayEvents(broker, [.. Senders(turn.Situation, broker)])],
                note with { ReplayedAt = turn.Now, ProgressAt = turn.Now });
        }

        return ($"{inFlight} events in flight on {broker.Name()}.", [], note);
    }

    private static IEnumerable<string> Senders(Situation s, Broker broker) =>
        s.Services.Select(v => s.ComponentName(v, broker)).Concat(broker == Broker.Kafka ? [Transport.DirectName] : []);

    /// <summary>A broker that cannot be asked does not hold up a drain: then the ledger, in which nothing is open, has to do.</summary>
    private static string? Lagging(Situation s)
    {
        foreach (var consumer in s.Consumers)
        {
            foreach (var pod in consumer.Serving)
            {
                if (pod.Report.Is(r => r.Lag > 0))
                {
                    return $"{consumer.App.ConsumerGroup} has {pod.Report.Value!.Lag} events uncommitted on kafka.";
                }
            }
        }

        return null;
    }
}

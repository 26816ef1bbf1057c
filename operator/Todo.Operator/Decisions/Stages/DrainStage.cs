using System.Collections.Immutable;
using Todo.Operator.Topology;

namespace Todo.Operator.Decisions.Stages;

/// <summary>
/// A broker that is left runs empty before anything on it is touched. Three sources have to agree: pods say where they publish, the
/// ledger what is in flight, the broker what has been committed; and it has to stay so for as long as a publish may take.
/// </summary>
internal static class DrainStage
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    public static Gate? Evaluate(Turn turn)
    {
        var left = turn.Situation.Others.Where(turn.Situation.AnyListener).ToList();
        turn.Memory = turn.Memory with { Drains = turn.Memory.Drains.RemoveRange(turn.Situation.Others.Except(left)) };
        List<Gate> open = [.. left.Select(b => Drain(turn, b)).OfType<Gate>()];
        if (open.Count == 0 && left.Count > 0)
        {
            // The last of them: with three live transports the first may be empty long before.
            turn.Memory = turn.Memory with { DrainedAt = turn.Memory.DrainedAt ?? turn.Now };
        }

        return open.Count == 0 ? null : open[0] with
        {
            Message = string.Join(" ", open.Select(g => g.Message)),
            Actions = [.. open.SelectMany(g => g.Actions)],
            Fault = open.Select(g => g.Fault).FirstOrDefault(f => f is not null),
        };
    }

    private static Gate? Drain(Turn turn, Broker broker)
    {
        var note = turn.Memory.Drains.GetValueOrDefault(broker) ?? new DrainNote();
        var finding = Look(turn, broker, note);
        var next = finding.Note with
        {
            // Not knowing does not end a silence; but it does not complete one either.
            QuietSince = finding.Quiet switch { true => finding.Note.QuietSince ?? turn.Now, false => null, null => finding.Note.QuietSince },
        };
        turn.Memory = turn.Memory with { Drains = turn.Memory.Drains.SetItem(broker, next) };
        if (finding.Quiet != true)
        {
            return new Gate(Stage.Drain, finding.Message, finding.Actions, 0, 1) { Fault = finding.Fault };
        }

        var left = turn.Observed.Options.PublishTimeout + turn.Observed.Options.Hold - (turn.Now - next.QuietSince!.Value);
        if (left > TimeSpan.Zero)
        {
            return Gate.Wait(Stage.Drain, $"{finding.Message.TrimEnd('.')}; holding {Math.Ceiling(left.TotalSeconds):0} s for late publishes.", 0, 1);
        }

        turn.Memory = turn.Memory with { SettledReplays = SettledReplays(turn, broker, next) };
        return null;
    }

    private static Finding Look(Turn turn, Broker broker, DrainNote note)
    {
        var s = turn.Situation;
        switch (s.PublishersElsewhere(broker))
        {
            case false:
                return new Finding(Quiet: false, $"A pod that publishes to {broker.Name()} is still shutting down.", note);
            case null:
                return new Finding(Quiet: null, $"Waiting for all pods to confirm that they no longer publish to {broker.Name()}.", note);
        }

        if (!turn.Observed.Ledger.IsKnown)
        {
            return new Finding(Quiet: null, $"The ledger does not answer ({turn.Observed.Ledger.Why}).", note);
        }

        var ledger = turn.Observed.Ledger.Value!;
        if (ledger.InFlight(broker) is > 0 and var inFlight)
        {
            return InFlight(turn, broker, note, inFlight);
        }

        // Somebody else's events are not in flight in the ledger; it only counts their arrivals. As long as they arrive it is not quiet.
        var foreign = ledger.Foreign(broker);
        if (note.Foreign is { } before && foreign > before)
        {
            return new Finding(Quiet: false, $"{foreign - before} events arrived over {broker.Name()} that are not in the ledger: somebody else still publishes there.", note with { Foreign = foreign });
        }

        note = note with { Foreign = foreign };
        if (broker == turn.Observed.Names.Direct)
        {
            return Asked(turn, broker, note, Uncommitted(s, out var lagging), $"{lagging} events uncommitted on {broker.Name()}.");
        }

        return turn.Observed.Backlogs.TryGetValue(broker, out var backlog)
            ? Asked(
                turn,
                broker,
                note,
                backlog,
                $"{broker.Name()} still holds {(backlog.IsKnown ? backlog.Value : 0)} events that the ledger does not have open: somebody else's, or handled ones whose acknowledgement was lost.")
            : new Finding(Quiet: null, $"Asking {broker.Name()} what it still holds.", note);
    }

    /// <summary>The ledger has nothing open there. The broker has to agree, or to be silent for so long that it has to be done without.</summary>
    private static Finding Asked(Turn turn, Broker broker, DrainNote note, Known<long> backlog, string holding)
    {
        if (backlog.IsKnown)
        {
            return Holding(turn, broker, note with { SilentSince = null }, backlog.Value, holding);
        }

        note = note with { SilentSince = note.SilentSince ?? turn.Now };
        var silent = turn.Now - note.SilentSince.Value;
        return silent < Silence
            ? new Finding(Quiet: null, $"{broker.Name()} does not answer ({backlog.Why}); after {Silence.TotalSeconds:0} s the ledger alone counts.", note)
            : new Finding(Quiet: true, $"{broker.Name()} has not answered for more than {Silence.TotalSeconds:0} s, and the ledger has nothing open there.", note);
    }

    /// <summary>
    /// The ledger has nothing open there, and the broker has yet to hand something over. Consumers that hear nothing never take what was sent again elsewhere: when it becomes no less for as long as a
    /// drain may take, and is no more than can be there of what was sent again, it is left where it is. Should the broker be used again, the inbox suppresses it.
    /// </summary>
    private static Finding Holding(Turn turn, Broker broker, DrainNote note, long held, string message)
    {
        if (held == 0)
        {
            return new Finding(Quiet: true, $"{broker.Name()} is empty.", note with { Held = 0, HeldSince = null });
        }

        note = note.Held == held && note.HeldSince is not null ? note : note with { Held = held, HeldSince = turn.Now };
        return held <= Copies(turn, broker) && turn.Now - note.HeldSince > turn.Observed.Options.DrainTimeout
            ? new Finding(Quiet: true, $"{broker.Name()} is left with {held} events that nobody takes there; they were sent again over {turn.Goal}.", note)
            : new Finding(Quiet: false, message, note);
    }

    /// <summary>How many of the events that were sent again elsewhere can still be on the broker. A ledger that counts anew has a lower number than was noted; then all that it counts can.</summary>
    private static long Copies(Turn turn, Broker broker)
    {
        var (replayed, settled) = (turn.Observed.Ledger.Value!.Replayed(broker), turn.Memory.SettledReplays.GetValueOrDefault(broker));
        return replayed < settled ? replayed : replayed - settled;
    }

    /// <summary>All that was sent again by now is off the broker, but for what it is left with; of one that was never seen to answer nothing new is known.</summary>
    private static ImmutableSortedDictionary<Broker, long> SettledReplays(Turn turn, Broker broker, DrainNote note) =>
        note is { SilentSince: null, Held: { } held } && turn.Observed.Ledger.Value!.Replayed(broker) is > 0 and var replayed
            ? turn.Memory.SettledReplays.SetItem(broker, replayed - held)
            : turn.Memory.SettledReplays;

    private static Finding InFlight(Turn turn, Broker broker, DrainNote note, long inFlight)
    {
        note = note with { HeldSince = null };
        if (note.Lowest is null || inFlight < note.Lowest)
        {
            note = note with { Lowest = inFlight, ProgressAt = turn.Now, LoweredAt = turn.Now };
        }

        var options = turn.Observed.Options;
        var stuck = turn.Now - (note.ProgressAt ?? turn.Now) > options.DrainTimeout;
        var again = note.ReplayedAt is null || turn.Now - note.ReplayedAt > options.DrainTimeout;
        if (stuck && !options.ReplayOnDrainTimeout && turn.Memory is { Reason: MoveReason.Spec, FinishedAt: null })
        {
            return new Finding(Quiet: false, $"{inFlight} events in flight on {broker.Name()}, and none fewer for {options.DrainTimeout.TotalSeconds:0} s.", note)
            {
                Fault = new Fault(Failure.DrainTimeout, $"{broker.Name()} itself, and the logs of the consumers whose events are open.", Final: true),
            };
        }

        // On the way back, and when the resource goes, there is nowhere else to go: what is open is sent again.
        var replay = turn.RollingBack || (stuck && (options.ReplayOnDrainTimeout || turn.Memory.Reason == MoveReason.Deletion || turn.Memory.FinishedAt is not null));
        return replay && again
            ? new Finding(
                Quiet: false,
                $"Sending {inFlight} open events of {broker.Name()} again over {turn.Goal}.",
                note with { ReplayedAt = turn.Now, ProgressAt = turn.Now })
            {
                Actions = [new ReplayEvents(broker, [.. Senders(turn.Situation, broker)])],
            }
            : new Finding(Quiet: false, $"{inFlight} events in flight on {broker.Name()}.", note);
    }

    private static IEnumerable<string> Senders(Situation s, Broker broker) =>
        s.Services.Select(v => s.ComponentName(v, broker)).Concat(broker == s.Observed.Names.Direct ? [Transport.DirectName] : []);

    /// <summary>What groups on the services' own Kafka have not committed, as their pods read it there.</summary>
    private static Known<long> Uncommitted(Situation s, out string lagging)
    {
        var groups = s.Consumers.Where(c => c.Serving.Any())
            .Select(c => (Name: c.App.ConsumerGroup ?? c.App.AppId, Lag: c.Serving.Max(p => p.Report.IsKnown ? p.Report.Value!.Lag : null)))
            .ToList();
        lagging = string.Join(", ", groups.Where(g => g.Lag > 0).Select(g => $"{g.Name} has {g.Lag}"));
        return groups.Find(g => g.Lag is null).Name is { } silent
            ? Known.Unknown<long>($"no pod of {silent} can read its positions")
            : Known.Of(groups.Sum(g => g.Lag!.Value));
    }

    /// <summary>What one look at the broker says; null: not known.</summary>
    private sealed record Finding(bool? Quiet, string Message, DrainNote Note)
    {
        public IReadOnlyList<PlatformAction> Actions { get; init; } = [];

        public Fault? Fault { get; init; }
    }
}

using Todo.Operator.Topology;

namespace Todo.Operator.Decisions.Stages;

/// <summary>
/// The target's consumers are proven: one probe event per topic was sent over the target and handled by each consumer that way.
/// Metadata show what is configured, only this shows that it works.
/// </summary>
internal static class ProbeStage
{
    public static Gate? Evaluate(Turn turn)
    {
        var memory = turn.Memory;
        if (memory.Proven)
        {
            return null;
        }

        var s = turn.Situation;
        var expected = s.Consumers.SelectMany(c => c.App.Consumes.Select(t => (Topic: t, Consumer: c.App.AppId, Via: Expected(s, c)))).ToList();
        var sender = s.Services.FirstOrDefault(v => v.Serving.Any() && s.Goal.ThroughDapr(v.Id) == s.Goal.AnyDapr);
        if (sender is null)
        {
            return Gate.Wait(Stage.Probe, "No pod is ready to send a probe.", 0, expected.Count);
        }

        var via = s.PublishTarget(sender) ?? Transport.DirectName;
        var send = new SendProbe(sender.Id, via, [.. expected.Select(e => e.Topic).Distinct(StringComparer.Ordinal)]);
        if (memory.Probe is not { } probe || probe.Via != via)
        {
            return Gate.Act(Stage.Probe, $"Sending a probe over {via}.", [send], 0, expected.Count);
        }

        if (!turn.Observed.ProbeDeliveries.IsKnown)
        {
            return Gate.Wait(Stage.Probe, $"Asking for the probe ({turn.Observed.ProbeDeliveries.Why}).", 0, expected.Count);
        }

        var deliveries = turn.Observed.ProbeDeliveries.Value!;
        var missing = expected.FindAll(e => !deliveries.Any(d => d.Topic == e.Topic && d.Consumer == e.Consumer && d.HandledVia == e.Via));
        if (missing.Count == 0)
        {
            turn.Memory = memory with { Proven = true, Probe = null };
            return null;
        }

        var (topic, consumer, by) = missing[0];
        var waiting = Gate.Wait(Stage.Probe, $"Waiting for {consumer} to handle the probe on {topic} via {by}.{Listeners.Note(turn)}", expected.Count - missing.Count, expected.Count) with
        {
            Fault = new Fault(Failure.ProbeLost, $"the broker behind {via}, and the logs (container daprd too) of {sender.App.Deployment} and of the Deployment of {consumer}."),
        };

        // Handled in another way: a member of the old kind took it on its way out. That proves nothing, so another one goes out.
        var all = deliveries.Count > 0 && deliveries.All(d => d.HandledVia is not null);
        var age = turn.Now - probe.SentAt;
        return age > turn.Observed.Options.ProbeInterval || (all && age > TimeSpan.FromSeconds(1)) ? waiting with { Actions = [send] } : waiting;
    }

    private static string Expected(Situation s, ServiceView consumer) => s.PublishTarget(consumer) ?? Transport.DirectName;
}

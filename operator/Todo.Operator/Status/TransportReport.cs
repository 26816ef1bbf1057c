using Todo.Operator.Decisions;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Status;

/// <summary>The transports in status.</summary>
internal static class TransportReport
{
    public static IReadOnlyList<TransportStatus> Of(StatusInputs inputs)
    {
        var goal = inputs.Memory.Target ?? inputs.Observed.Wanted;
        var situation = new Situation(inputs.Observed, goal);
        var all = inputs.Observed.Brokers.Where(b => b.IsKafka && b == inputs.Observed.Names.Direct).Select(b => new Transport(b, Dapr: false))
            .Concat(inputs.Observed.Brokers.Select(Transport.Through));
        return [.. all.Select(t => Of(inputs, situation, goal, t)).OfType<TransportStatus>()];
    }

    private static TransportStatus? Of(StatusInputs inputs, Situation situation, Goal goal, Transport transport)
    {
        var observed = inputs.Observed;
        var publishers = observed.Services.Count(s => s.App.Publishes.Count > 0 && s.Pods.Any(p => situation.TransportOf(p.Flags) == transport));
        var consumers = situation.Consumers.Count(c => Listens(situation, c, transport));
        var before = inputs.Previous?.Transports?.FirstOrDefault(t => t.Name == transport.Name);
        var figures = observed.Ledger.IsKnown ? observed.Ledger.Value![transport] : null;
        var isTarget = observed.Services.Any(s => goal.TransportOf(s.Id) == transport);
        // Kafka has two rows when the services' own clients use it too; what was left on the broker stands in one of them, the own clients'.
        var standsForBroker = transport.Dapr != (transport.Broker == observed.Names.Direct);
        var inFlight = figures?.InFlight ?? before?.InFlight ?? 0;
        if (!isTarget && publishers == 0 && consumers == 0 && inFlight == 0 && before is null)
        {
            return null;
        }

        return new TransportStatus
        {
            Name = transport.Name,
            Endpoint = transport.Dapr && observed.Endpoints.TryGetValue(transport.Broker, out var endpoint) ? string.Join(',', endpoint.Addresses) : null,
            Publishers = publishers,
            Consumers = consumers,
            InFlight = inFlight,
            OldestSeconds = figures is null ? before?.OldestSeconds ?? 0 : (long)figures.OldestSeconds,
            Held = !isTarget ? 0 : observed.Ledger.IsKnown ? observed.Ledger.Value!.Held : before?.Held ?? 0,
            Replayed = figures?.Replayed ?? before?.Replayed ?? 0,
            Dead = figures?.Dead ?? before?.Dead ?? 0,
            Left = isTarget || !standsForBroker ? null : inputs.Memory.Drains.GetValueOrDefault(transport.Broker)?.Held ?? before?.Left,
            State = isTarget ? "Target" : publishers + consumers > 0 || inFlight > 0 ? "Draining" : "Retired",
        };
    }

    private static bool Listens(Situation situation, ServiceView consumer, Transport transport) =>
        transport.Dapr ? situation.Subscribes(consumer, transport.Broker) : consumer.Pods.Any(p => p.Flags.ConsumesDirect);
}

using Todo.Operator.Topology;

namespace Todo.Operator.Decisions;

/// <summary>Facts that several gates ask for, worked out from one snapshot and one goal.</summary>
public sealed class Situation(Observed observed, Goal goal)
{
    private readonly Dictionary<GeneratedKey, ExistingObject> _objects = observed.Objects.ToDictionary(o => o.Key);

    /// <summary>The snapshot.</summary>
    public Observed Observed { get; } = observed;

    /// <summary>Where the move leads.</summary>
    public Goal Goal { get; } = goal;

    /// <summary>All services, in rolling order.</summary>
    public IReadOnlyList<ServiceView> Services => Observed.Services;

    /// <summary>Services that events are delivered to.</summary>
    public IEnumerable<ServiceView> Consumers => Services.Where(s => s.App.IsConsumer);

    /// <summary>Every known broker that is not the goal's; most have nothing on them.</summary>
    public IReadOnlyList<Broker> Others { get; } = [.. observed.Brokers.Where(b => b != goal.Broker)];

    /// <summary>Whether direct and Dapr clients of the goal share its topics and consumer groups.</summary>
    public bool SharesLogWithDirect => Goal.Broker == Observed.Names.Direct;

    /// <summary>The object as it exists, or null.</summary>
    public ExistingObject? Existing(GeneratedKey key) => _objects.GetValueOrDefault(key);

    /// <summary>What can be generated for one app, of one kind.</summary>
    public IEnumerable<GeneratedKey> Keys(ServiceId app, GeneratedKind kind, Broker? broker = null) =>
        Observed.Generated.Where(k => k.App == app && k.Kind == kind && (broker is null || k.Broker == broker));

    /// <summary>The Component that this app uses over a broker.</summary>
    public string ComponentName(ServiceView service, Broker broker) => Observed.Names.Component(broker, service.App.AppId);

    /// <summary>What <c>PUBSUB_NAME</c> shall be when the move is over; null for the direct client.</summary>
    public string? PublishTarget(ServiceView service) =>
        Goal.ThroughDapr(service.Id) ? ComponentName(service, Goal.Broker) : null;

    /// <summary>The transport that a pod or template with these flags publishes to; null for a Component that is not ours.</summary>
    public Transport? TransportOf(TemplateFlags flags) =>
        flags.PublishesTo is null ? new Transport(Observed.Names.Direct, Dapr: false) : Observed.Names.TransportOf(flags.PublishesTo, Services.Select(s => s.App));

    /// <summary>The broker that a pod or template publishes to; null when it is not known.</summary>
    public Broker? BrokerOf(TemplateFlags flags) => TransportOf(flags)?.Broker;

    /// <summary>Whether anything of any service, a pod on its way out included, may still publish to this broker.</summary>
    public bool MayPublishTo(Broker broker) => Services.Any(s => BrokerOf(s.Template) == broker || s.Pods.Any(p => BrokerOf(p.Flags) == broker));

    /// <summary>
    /// Nobody publishes to this broker any more: no template, no pod (also none on its way out), and every serving pod says so itself.
    /// Null when a pod could not be asked.
    /// </summary>
    public bool? PublishersElsewhere(Broker broker)
    {
        if (MayPublishTo(broker))
        {
            return false;
        }

        var reports = Services.SelectMany(s => s.Serving).Select(p => p.Report).ToList();
        return reports.Exists(r => r.IsKnown && Observed.Names.TransportOf(r.Value!.PublishesTo, Services.Select(s => s.App))?.Broker == broker)
            ? false
            : reports.TrueForAll(r => r.IsKnown) ? true : null;
    }

    /// <summary>Whether any Subscription of this app over this broker exists, one that is being deleted included.</summary>
    public bool AnySubscription(ServiceView service, Broker broker) =>
        Keys(service.Id, GeneratedKind.Subscription, broker).Any(k => Existing(k) is not null);

    /// <summary>Whether any Subscription of this app exists that is not being deleted.</summary>
    public bool Subscribes(ServiceView service, Broker broker) =>
        Keys(service.Id, GeneratedKind.Subscription, broker).Any(k => Existing(k) is { Deleting: false });

    /// <summary>Every serving pod's sidecar is ready and has loaded the Component. Null when a sidecar could not be asked.</summary>
    public bool? ComponentLoaded(ServiceView service, Broker broker)
    {
        var name = ComponentName(service, broker);
        return EveryServing(service, p => p is { HasSidecar: true, SidecarReady: true } ? AnswerOf(p.Sidecar, v => v.Components.Contains(name)) : false);
    }

    /// <summary>Every serving pod's sidecar has all of the app's Subscriptions over this broker.</summary>
    public bool? SubscriptionsLoaded(ServiceView service, Broker broker)
    {
        var component = ComponentName(service, broker);
        var wanted = Keys(service.Id, GeneratedKind.Subscription, broker).Select(k => $"{component}/{k.Topic}").ToList();
        return EveryServing(service, p => AnswerOf(p.Sidecar, v => wanted.TrueForAll(v.Subscriptions.Contains)));
    }

    /// <summary>No sidecar has any Subscription of this app over this broker left.</summary>
    public bool? SubscriptionsUnloaded(ServiceView service, Broker broker)
    {
        var prefix = ComponentName(service, broker) + "/";
        var answers = service.Serving.Where(p => p.HasSidecar)
            .Select(p => AnswerOf(p.Sidecar, v => !v.Subscriptions.Any(s => s.StartsWith(prefix, StringComparison.Ordinal)))).ToList();
        return All(answers);
    }

    /// <summary>Every serving pod runs the direct consumer, by its environment and by its own account.</summary>
    public bool? ListensDirect(ServiceView service) =>
        EveryServing(service, p => p.Flags.ConsumesDirect ? AnswerOf(p.Report, r => r.ConsumesDirect && r.Ready) : false);

    /// <summary>Every consumer is on the log that direct and Dapr clients share, in either way, so that it hears whatever is published there.</summary>
    public bool HearsEverybody => SharesLogWithDirect && Consumers.All(c => ListensDirect(c) == true || IsSubscribed(c));

    /// <summary>Whether anything listens on this broker that would have to go when the broker is left.</summary>
    public bool AnyListener(Broker broker) =>
        Consumers.Any(c => AnySubscription(c, broker) || (broker == Observed.Names.Direct && (c.Template.ConsumesDirect || c.Pods.Any(p => p.Flags.ConsumesDirect))));

    /// <summary>Whether there must be consumers on this broker: it is the goal, something may still publish there, or something is in flight.</summary>
    public bool MustListen(Broker broker) =>
        broker == Goal.Broker || MayPublishTo(broker) || Observed.Ledger.Is(l => l.InFlight(broker) > 0);

    /// <summary>Its sidecars have all of its Subscriptions over the goal's broker, and none is about to go.</summary>
    private bool IsSubscribed(ServiceView service) =>
        Keys(service.Id, GeneratedKind.Subscription, Goal.Broker).All(k => Existing(k) is { Deleting: false }) && SubscriptionsLoaded(service, Goal.Broker) == true;

    private static bool? EveryServing(ServiceView service, Func<PodView, bool?> test)
    {
        var answers = service.Serving.Select(test).ToList();
        return answers.Count == 0 ? false : All(answers);
    }

    private static bool? All(List<bool?> answers) => answers.Contains(false) ? false : answers.Contains(null) ? null : true;

    private static bool? AnswerOf<T>(Known<T> known, Func<T, bool> test) => known.IsKnown ? test(known.Value!) : null;
}

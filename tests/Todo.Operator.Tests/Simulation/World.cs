using Todo.Operator.Decisions;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation;

/// <summary>
/// Services, brokers, sidecars and a ledger in one thread, one tick a second. Whatever takes time takes a random time. After every
/// tick the two things that must never happen are looked for.
/// </summary>
internal sealed class World
{
    private readonly Random _random;
    private readonly Dictionary<ServiceId, TemplateFlags> _templates = [];
    private readonly Dictionary<ServiceId, List<SimulatedPod>> _pods = [];
    private readonly Dictionary<ServiceId, int> _versions = [];
    private readonly Dictionary<GeneratedKey, int> _objects = [];
    private readonly List<Delivery> _deliveries = [];
    private int _names;

    public World(int seed)
    {
        _random = new Random(seed);
        Apps = PlatformTopology.Of(new TodoPlatformSpec());
        Generated = [.. Apps.SelectMany(KeysOf)];
        foreach (var app in Apps)
        {
            _templates[app.Id] = Normal(app, TemplateFlags.Untouched);
            _pods[app.Id] = [new SimulatedPod($"{app.Deployment}-{_names++}", _templates[app.Id], 0)];
            _versions[app.Id] = 1;
        }
    }

    public static Names Names { get; } = new("todo");

    public IReadOnlyList<AppDefinition> Apps { get; }

    public IReadOnlyList<GeneratedKey> Generated { get; }

    public int Tick { get; private set; }

    public DateTimeOffset Now => DateTimeOffset.UnixEpoch.AddSeconds(Tick);

    public bool Job { get; private set; }

    public int Writes { get; private set; }

    /// <summary>Share of questions that are not answered, and of actions that never arrive.</summary>
    public double Unreliability { get; set; }

    public long InFlight(Broker broker) => _deliveries.Count(d => d.Broker == broker && d.HandledVia is null);

    public bool Listens(AppDefinition consumer, Broker broker) => _pods[consumer.Id].Exists(p => Paths(consumer, p, broker).Any())
        || (SubscribedTo(consumer, broker) && _pods[consumer.Id].Exists(p => p.Flags.Sidecar));

    /// <summary>Sidecars show their Subscriptions, and nothing comes through.</summary>
    public bool Deaf { get; set; }

    /// <summary>New pods with a sidecar never become ready.</summary>
    public bool BrokenSidecars { get; set; }

    /// <summary>New pods that would publish to this broker never become ready.</summary>
    public Broker? Stuck { get; set; }

    /// <summary>Handlers fail for events that come over this broker.</summary>
    public Broker? Poisoned { get; set; }

    public TemplateFlags Template(ServiceId service) => _templates[service];

    public IEnumerable<GeneratedKey> Objects => _objects.Keys;

    public void Advance()
    {
        Tick++;
        foreach (var app in Apps)
        {
            Roll(app);
            Sidecars(app);
            Publish(app);
        }

        foreach (var delivery in _deliveries.Where(d => d.HandledVia is null))
        {
            var app = Apps.First(a => a.AppId == delivery.Consumer);
            List<string> paths = [.. _pods[app.Id].Where(p => Tick >= p.ReadyAt).SelectMany(p => Paths(app, p, delivery.Broker))];
            if (paths.Count > 0 && _random.NextDouble() < 0.6)
            {
                delivery.HandledVia = paths[_random.Next(paths.Count)];
            }
        }

        _deliveries.RemoveAll(d => d is { HandledVia: not null, Probe: null });
        Jobs();
    }

    /// <summary>A sentence for the first law that is broken, or null.</summary>
    public string? Broken()
    {
        foreach (var broker in Broker.Usual)
        {
            foreach (var consumer in Apps.Where(a => a.IsConsumer))
            {
                if (Listens(consumer, broker))
                {
                    continue;
                }

                if (_deliveries.Exists(d => d.Broker == broker && d.Consumer == consumer.AppId && d.HandledVia is null))
                {
                    return $"tick {Tick}: {consumer.AppId} has events in flight on {broker} and does not listen there";
                }

                if (Apps.Any(p => p.Publishes.Intersect(consumer.Consumes, StringComparer.Ordinal).Any() && _pods[p.Id].Exists(pod => BrokerOf(pod.Flags) == broker)))
                {
                    return $"tick {Tick}: somebody publishes to {broker}, where {consumer.AppId} does not listen";
                }
            }
        }

        foreach (var app in Apps)
        {
            foreach (var pod in _pods[app.Id].Where(p => p.Flags.PublishesTo is not null))
            {
                if (!pod.Flags.Sidecar || !_objects.Keys.Any(k => k.Kind == GeneratedKind.Component && k.Name == pod.Flags.PublishesTo))
                {
                    return $"tick {Tick}: {pod.Name} publishes to {pod.Flags.PublishesTo}, which does not exist";
                }
            }
        }

        return Job && !_pods[ServiceId.Notification].Exists(p => p.Flags.Sidecar) ? $"tick {Tick}: the job is left behind without a sidecar" : null;
    }

    public IReadOnlyList<ProbeDelivery> Probe(Probe probe) =>
        [.. _deliveries.Where(d => d.Probe is not null && probe.Ids.Contains(d.Probe)).Select(d => new ProbeDelivery(d.Topic, d.Consumer, d.HandledVia))];

    /// <summary>Does one thing; false when it never arrived.</summary>
    public bool Execute(PlatformAction action, ref MoveMemory memory)
    {
        if (_random.NextDouble() < Unreliability)
        {
            return false;
        }

        Writes++;
        switch (action)
        {
            case ApplyObject apply:
                _objects.TryAdd(apply.Key, _names++);
                return true;
            case DeleteObject delete:
                return _objects.TryGetValue(delete.Key, out var uid) && $"{uid}" == delete.Uid && _objects.Remove(delete.Key);
            case SetTemplate set:
                if ($"{_versions[set.Service]}" != set.Seen.ResourceVersion)
                {
                    return false;
                }

                _versions[set.Service]++;
                _templates[set.Service] = set.Flags;
                return true;
            case SendProbe probe:
                List<string> ids = [.. probe.Topics.Select(t => $"probe-{_names++}")];
                foreach (var (topic, id) in probe.Topics.Zip(ids))
                {
                    Send(probe.Via == Transport.DirectName ? Broker.Kafka : Names.TransportOf(probe.Via, Apps)!.Value.Broker, topic, id);
                }

                memory = memory with { Probe = new Probe(probe.Via, ids, Now) };
                return true;
            case StartJob:
                Job = true;
                return true;
            case StopJob:
                Job = false;
                return true;
            case ReplayEvents replay:
                foreach (var delivery in _deliveries.Where(d => d.Broker == replay.Broker && d.HandledVia is null))
                {
                    delivery.Broker = BrokerOf(_templates[ServiceId.Backend]);
                }

                return true;
            default:
                return true;
        }
    }

    public Observed Observe(Goal wanted, long generation, MoveMemory memory, MoveOptions options) => new()
    {
        Now = Now,
        Names = Names,
        Generation = generation,
        Wanted = wanted,
        Wish = wanted.ToString(),
        Options = options,
        Services = [.. Apps.Select(View)],
        Generated = Generated,
        // Who listens is in the probes of this world.
        Memberships = Known.Of<IReadOnlyDictionary<ServiceId, Membership>>(new Dictionary<ServiceId, Membership>()),

        // What brokers hold is in the ledger's figures of this world.
        Backlogs = Broker.Usual.ToDictionary(b => b, _ => Known.Of(0L)),
        Objects = [.. _objects.Select(o => new ExistingObject(o.Key, $"{o.Value}", "1", Current: true, Deleting: false, Owned: true))],
        Ledger = Maybe(Ledger),
        ProbeDeliveries = memory.Probe is { } probe ? Maybe(() => Probe(probe)) : Known.Unknown<IReadOnlyList<ProbeDelivery>>("none out"),
        Memory = memory,
    };

    public static IEnumerable<GeneratedKey> KeysOf(AppDefinition app)
    {
        yield return new GeneratedKey(GeneratedKind.Resiliency, Names.PerApp(app.AppId), app.Id);
        yield return new GeneratedKey(GeneratedKind.Configuration, Names.PerApp(app.AppId), app.Id);
        foreach (var broker in Broker.Usual)
        {
            yield return new GeneratedKey(GeneratedKind.Component, Names.Component(broker, app.AppId), app.Id, broker);
            foreach (var topic in app.Consumes)
            {
                yield return new GeneratedKey(GeneratedKind.Subscription, Names.Subscription(broker, app.AppId, topic), app.Id, broker, topic);
            }
        }
    }

    private Known<T> Maybe<T>(Func<T> answer) => _random.NextDouble() < Unreliability ? Known.Unknown<T>("simulated silence") : Known.Of(answer());

    private ServiceView View(AppDefinition app)
    {
        var template = _templates[app.Id];
        var live = _pods[app.Id].Where(p => p.EndsAt is null).ToList();
        return new ServiceView
        {
            App = app,
            Deployment = new DeploymentView
            {
                Uid = app.Deployment,
                ResourceVersion = $"{_versions[app.Id]}",
                Template = template,
                RolledOut = live.Count == 1 && live[0].Flags == template && live[0].Ready(Tick),
            },
            Pods = [.. _pods[app.Id].Select(p => new PodView
            {
                Name = p.Name,
                Flags = p.Flags,
                Ready = p.Ready(Tick),
                ReadySince = p.Ready(Tick) ? DateTimeOffset.UnixEpoch.AddSeconds(p.ReadyAt) : null,
                Terminating = p.EndsAt is not null,
                HasSidecar = p.Flags.Sidecar,
                SidecarReady = p.Flags.Sidecar && p.Ready(Tick),
                Sidecar = p.Flags.Sidecar ? Maybe(() => new SidecarView(p.Components.ToHashSet(), p.Subscriptions.ToHashSet())) : Known.Unknown<SidecarView>("no sidecar"),
                Report = Maybe(() => new ServiceReport
                {
                    PublishesTo = p.Flags.PublishesTo ?? Transport.DirectName,
                    ConsumesDirect = p.Flags.ConsumesDirect,
                    Ready = p.Ready(Tick),
                    Lag = app.IsConsumer ? _deliveries.Count(d => d.Broker == Broker.Kafka && d.Consumer == app.AppId && d.HandledVia is null) : 0,
                    JobScheduled = app.Id == ServiceId.Notification ? Job : null,
                }),
            })],
        };
    }

    private LedgerView Ledger()
    {
        var open = _deliveries.Where(d => d.HandledVia is null).GroupBy(d => new Transport(d.Broker, Dapr: d.Broker == Broker.Redis))
            .ToDictionary(g => g.Key, g => new TransportLedger(g.Count(), 0, 0, 0, 0, 0));
        var bad = Poisoned is { } broker && _pods.Values.SelectMany(p => p).Any(p => p.Ready(Tick) && BrokerOf(p.Flags) == broker);
        return new LedgerView(open, 0, new RecentLedger(30, 100, bad ? 80 : 100, bad ? 20 : 0, 5, 10));
    }

    private void Roll(AppDefinition app)
    {
        var pods = _pods[app.Id];
        pods.RemoveAll(p => p.EndsAt <= Tick);
        if (!pods.Exists(p => p.Flags == _templates[app.Id] && p.EndsAt is null))
        {
            pods.Add(new SimulatedPod($"{app.Deployment}-{_names++}", _templates[app.Id], (BrokenSidecars && _templates[app.Id].Sidecar) || (Stuck is { } broker && BrokerOf(_templates[app.Id]) == broker) ? int.MaxValue : Tick + _random.Next(1, 5)));
        }

        // A pod of an earlier template that never got ready is not waited for.
        foreach (var stuck in pods.Where(p => p.Flags != _templates[app.Id] && p.ReadyAt == int.MaxValue && p.EndsAt is null))
        {
            stuck.EndsAt = Tick + 1;
        }

        if (pods.Exists(p => p.Flags == _templates[app.Id] && p.Ready(Tick)))
        {
            foreach (var old in pods.Where(p => p.Flags != _templates[app.Id] && p.EndsAt is null))
            {
                old.EndsAt = Tick + _random.Next(1, 6);
            }
        }
    }

    private void Sidecars(AppDefinition app)
    {
        foreach (var pod in _pods[app.Id].Where(p => p.Flags.Sidecar && _random.NextDouble() < 0.7))
        {
            pod.Load(
                _objects.Keys.Where(k => k.App == app.Id && k.Kind == GeneratedKind.Component).Select(k => k.Name),
                _objects.Keys.Where(k => k.App == app.Id && k.Kind == GeneratedKind.Subscription).Select(k => $"{Names.Component(k.Broker!.Value, app.AppId)}/{k.Topic}"));
        }
    }

    private void Publish(AppDefinition app)
    {
        foreach (var pod in _pods[app.Id].Where(p => Tick >= p.ReadyAt))
        {
            foreach (var topic in app.Publishes.Where(_ => _random.NextDouble() < 0.5))
            {
                Send(BrokerOf(pod.Flags), topic, probe: null);
            }
        }
    }

    private void Send(Broker broker, string topic, string? probe)
    {
        foreach (var consumer in Apps.Where(a => a.Consumes.Contains(topic)))
        {
            _deliveries.Add(new Delivery { Broker = broker, Topic = topic, Consumer = consumer.AppId, Probe = probe });
        }
    }

    private void Jobs() => Job = Job || _pods[ServiceId.Notification].Exists(p => p.Flags.UseDapr && p.ReadyAt == Tick);

    private bool SubscribedTo(AppDefinition consumer, Broker broker) =>
        _objects.Keys.Any(k => k.App == consumer.Id && k.Kind == GeneratedKind.Subscription && k.Broker == broker);

    private IEnumerable<string> Paths(AppDefinition consumer, SimulatedPod pod, Broker broker)
    {
        if (broker == Broker.Kafka && pod.Flags.ConsumesDirect)
        {
            yield return Transport.DirectName;
        }

        var component = Names.Component(broker, consumer.AppId);
        if (!Deaf && pod.Flags.Sidecar && pod.Components.Contains(component) && pod.Subscriptions.Any(s => s.StartsWith(component + "/", StringComparison.Ordinal)))
        {
            yield return component;
        }
    }

    private Broker BrokerOf(TemplateFlags flags) => flags.PublishesTo is null ? Broker.Kafka : Names.TransportOf(flags.PublishesTo, Apps)!.Value.Broker;

    private static TemplateFlags Normal(AppDefinition app, TemplateFlags flags) => app.IsConsumer ? flags : flags with { ConsumesDirect = !flags.UseDapr };

    private sealed class Delivery
    {
        public required Broker Broker { get; set; }

        public required string Topic { get; init; }

        public required string Consumer { get; init; }

        public string? Probe { get; init; }

        public string? HandledVia { get; set; }
    }
}

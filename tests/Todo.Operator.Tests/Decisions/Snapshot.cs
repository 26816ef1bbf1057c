using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Decisions;

/// <summary>A platform at rest on a goal, as a decision sees it; each test changes what it is about.</summary>
internal sealed class Snapshot
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    /// <summary>A second Kafka that is known.</summary>
    public static readonly Broker Another = new(BrokerKind.Kafka, "1a2b3c4d");

    private static readonly GenerationContext Context = new(new TodoPlatformSpec(), "default", "todo", "uid") { Endpoints = WithAnother(BrokerEndpoints.Of(new TodoPlatformSpec())) };
    private static readonly Names Names = Context.Names;

    public static IReadOnlyList<AppDefinition> Apps => Context.Apps;

    public static IReadOnlyList<GeneratedKey> Keys { get; } = [.. DaprGenerator.Generate(Context).Select(g => g.Key)];

    public static MoveMemory Finished(Goal target, Goal? previous = null) => new()
    {
        Epoch = 3,
        Target = target,
        From = previous ?? Goal.Direct,
        LastGood = target,
        PreviousGood = previous,
        Generation = 1,
        StartedAt = Start.AddMinutes(-10),
        FinishedAt = Start.AddMinutes(-5),
    };

    public static MoveMemory UnderWay(Goal from, Goal target) => new()
    {
        Epoch = 3,
        Target = target,
        From = from,
        LastGood = from,
        Generation = 1,
        StartedAt = Start.AddMinutes(-1),
        Step = new Step("Publishers 1/4", Start.AddSeconds(-5)),
        Proven = true,
        Baseline = new RecentLedger(30, 100, 100, 0, 5, 10),
    };

    /// <summary>All templates, pods and objects are as the goal wants them.</summary>
    public static Observed On(Goal goal, MoveMemory memory, Goal? wanted = null) => new()
    {
        Now = Start,
        Names = Names,
        Wanted = wanted ?? memory.Target ?? goal,
        Services = [.. Apps.Select(a => Service(a, Flags(a, goal), goal.AnyDapr ? [goal.Broker] : []))],
        Generated = Keys,
        Objects = [.. Keys.Where(k => Belongs(k, goal)).Select(Exists)],
        Ledger = Known.Of(Ledger(100, 0, 10)),
        Memberships = Known.Of<IReadOnlyDictionary<ServiceId, Membership>>(new Dictionary<ServiceId, Membership>()),
        Backlogs = Broker.Usual.ToDictionary(b => b, _ => Known.Of(0L)),
        Memory = memory,
    };

    /// <summary>
    /// Half-way from one goal to another over another broker: consumers listen on both, and this many publishers have moved.
    /// </summary>
    public static Observed Between(Goal from, Goal to, int moved, MoveMemory memory, Goal? wanted = null)
    {
        var start = On(from, memory, wanted ?? to);
        return start with
        {
            Services = [.. Apps.Select((a, i) => Service(a, Flags(a, i < moved ? to : from) with { Sidecar = true }, [.. new[] { from, to }.Where(g => g.AnyDapr).Select(g => g.Broker)]))],
            Objects = [.. Keys.Where(k => Belongs(k, from) || Belongs(k, to)).Select(Exists)],
        };
    }

    public static LedgerView Ledger(long handled, long failed, double p95, double oldest = 0, long inFlight = 0, Transport? on = null) => new(
        on is { } transport ? new Dictionary<Transport, TransportLedger> { [transport] = new(inFlight, oldest, 0, 0, 0, 0) } : [],
        0,
        new RecentLedger(5, handled, handled, failed, 5, p95));

    public static TemplateFlags Flags(AppDefinition app, Goal goal)
    {
        var dapr = goal.ThroughDapr(app.Id);
        return new TemplateFlags(dapr, dapr ? Names.Component(goal.Broker, app.AppId) : null, !dapr);
    }

    public static ExistingObject Exists(GeneratedKey key) => new(key, key.Name, "1", Current: true, Deleting: false, Owned: true);

    private static BrokerEndpoints WithAnother(BrokerEndpoints usual) => usual with { Known = usual.Known.Add(Another, BrokerEndpoint.Of(new KafkaSpec { Brokers = ["another:9092"] })) };

    private static bool Belongs(GeneratedKey key, Goal goal) => goal.ThroughDapr(key.App) && (key.Broker is null || key.Broker == goal.Broker);

    private static ServiceView Service(AppDefinition app, TemplateFlags flags, IReadOnlyList<Broker> brokers) => new()
    {
        App = app,
        Deployment = new DeploymentView { Uid = app.Deployment, ResourceVersion = "1", RolledOut = true, Template = flags },
        Pods =
        [
            new PodView
            {
                Name = $"{app.Deployment}-1",
                Flags = flags,
                Ready = true,
                ReadySince = Start.AddSeconds(-30),
                HasSidecar = flags.Sidecar,
                SidecarReady = flags.Sidecar,
                Sidecar = Known.Of(new SidecarView(
                    brokers.Select(b => Names.Component(b, app.AppId)).ToHashSet(),
                    Keys.Where(k => k.App == app.Id && k.Kind == GeneratedKind.Subscription && brokers.Contains(k.Broker!.Value))
                        .Select(k => $"{Names.Component(k.Broker!.Value, app.AppId)}/{k.Topic}").ToHashSet())),
                Report = Known.Of(new ServiceReport
                {
                    PublishesTo = flags.PublishesTo ?? Transport.DirectName,
                    ConsumesDirect = flags.ConsumesDirect,
                    Ready = true,
                    Lag = 0,
                    JobScheduled = app.Id == ServiceId.Notification ? flags.UseDapr : null,
                }),
            },
        ],
    };
}

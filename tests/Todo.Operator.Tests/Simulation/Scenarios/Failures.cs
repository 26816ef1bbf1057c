using Todo.Operator.Tests.Simulation.Nodes;
using Todo.Operator.Topology;
using static Todo.Operator.Tests.Simulation.Scenarios.Script;

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>A wish that cannot come true: the operator goes back by itself, or freezes and asks.</summary>
internal static class Failures
{
    // Long enough to be sure of bad figures before the next publisher moves.
    private const string Watch = "\"rollout\":{\"soak\":\"4s\"}";
    private const string Freeze = "\"rollout\":{\"soak\":\"4s\",\"onFailure\":\"Pause\"}";

    public static IEnumerable<Scenario> All() =>
    [
        Failing("component-does-not-load", "dapr-kafka", "dapr-redis", s => s.Weather.Unloadable = Broker.Redis),
        Failing("consumers-hear-nothing", "dapr-kafka", "dapr-redis", s => s.Weather.Deaf = Broker.Redis),
        Failing("a-partition-without-a-member", "dapr-redis", "dapr-kafka", s => s.Weather.Unmanned = Broker.Kafka),
        new(
            "a-partition-without-a-member-in-a-hand-over",
            From("direct-kafka"),
            [
                Opening(s => { s.Weather.Unmanned = Broker.Kafka; s.Patch(Spec("dapr-kafka")); }),
                Then(s => s.Phase == "RollingBack", s => s.Weather.Clear()),
                Done("RolledBack", "direct-kafka"),
            ]),
        new(
            "a-partition-gets-its-member-late",
            From("dapr-redis"),
            [
                Opening(s => { s.Weather.Unmanned = Broker.Kafka; s.Patch(Spec("dapr-kafka")); }),
                Then(s => s.Lasts(() => s.Reported == "Consumers", 5), s => s.Weather.Clear()),
                Done("Migrated", "dapr-kafka"),
            ]),
        Failing("handlers-fail", "dapr-kafka", "dapr-redis", s => s.Weather.Poisoned = Broker.Redis),
        Failing("pods-do-not-start", "dapr-kafka", "dapr-redis", s => s.Weather.Stuck = Broker.Redis),
        Failing("pods-do-not-start-on-the-same-broker", "direct-kafka", "dapr-kafka", s => s.Weather.Stuck = Broker.Kafka),
        Failing("no-sidecars", "direct-kafka", "dapr-kafka", s => s.Weather.InjectorOff = true),
        Failing("sidecars-crash", "direct-kafka", "dapr-redis", s => s.Weather.SidecarsCrash = true),
        Failing("events-take-longer", "dapr-kafka", "dapr-redis", s => s.Weather.Slow = Broker.Redis),
        Failing("Components-are-refused", "dapr-kafka", "dapr-redis", s => s.Weather.Refused = Kinds.Component),
        Failing("Subscriptions-are-refused", "dapr-kafka", "dapr-redis", s => s.Weather.Refused = Kinds.Subscription),
        Failing("no-job-can-be-made", "direct-kafka", "dapr-redis", s => s.Weather.SchedulerDown = true),
        new(
            "ledger-goes-away",
            From("dapr-kafka"),
            [
                Opening(s => s.Patch($"{Spec("dapr-redis")},{Watch}")),
                Then(s => Publishing(s, "redis"), s => s.Weather.LedgerAway = true),
                Then(s => s.Phase == "RollingBack", s => s.Weather.Clear()),
                Done("RolledBack", "dapr-kafka"),
            ]),
        Failing("handlers-fail-on-the-way-in", "direct-kafka", "dapr-redis", s => s.Weather.Poisoned = Broker.Redis),
        Frozen("frozen-then-retried", s => s.Request("retry"), Done("Migrated", "dapr-redis")),
        Frozen("frozen-then-promoted", s => s.Request("promote"), Done("Migrated", "dapr-redis")),
        Frozen("frozen-then-aborted", s => s.Request("abort"), Done("RolledBack", "dapr-kafka")),
        Frozen("frozen-then-deleted", s => s.Delete(), Gone()),
        Frozen("frozen-then-other-limits", s => s.Patch("\"rollout\":{\"soak\":\"3s\"}"), Then(s => s.Phase == "Paused" && s.Elapsed(5), s => s.Request("abort")), Done("RolledBack", "dapr-kafka")),
        new(
            "paused-on-the-way-back",
            From("dapr-kafka"),
            [
                Opening(s => { s.Weather.Poisoned = Broker.Redis; s.Patch($"{Spec("dapr-redis")},{Watch}"); }),
                Then(s => s.Phase == "RollingBack", Holding.Pause),
                Holding.Resumed(),
                Done("RolledBack", "dapr-kafka"),
            ]),
        new(
            "other-limits-after-a-failure",
            From("dapr-kafka"),
            [
                Opening(s => { s.Weather.Poisoned = Broker.Redis; s.Patch($"{Spec("dapr-redis")},{Watch}"); }),
                Then(s => s.IsDone("RolledBack", "dapr-kafka"), s => { s.Weather.Clear(); s.Patch("\"rollout\":{\"soak\":\"3s\"}"); }),
                Then(s => s.Elapsed(5), _ => { }),
                Done("RolledBack", "dapr-kafka"),
            ]),
    ];

    private static Scenario Failing(string name, string from, string to, Action<Stage> breaks) =>
        new(name, From(from), [Opening(s => { breaks(s); s.Patch($"{Spec(to)},{Watch}"); }), Done("RolledBack", from)]);

    /// <summary>Handlers fail over Redis, and with <c>onFailure: Pause</c> nothing is done about it until a person says what; by then they work.</summary>
    private static Scenario Frozen(string name, Action<Stage> says, params Step[] end) => new(
        name,
        From("dapr-kafka"),
        [
            Opening(s => { s.Weather.Poisoned = Broker.Redis; s.Patch($"{Spec("dapr-redis")},{Freeze}"); }),
            Then(s => s.Phase == "Paused" && s.Elapsed(5), s => { s.Weather.Poisoned = null; says(s); }),
            .. end,
        ]);
}

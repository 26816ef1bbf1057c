using Todo.Operator.Tests.Simulation.Nodes;
using Todo.Operator.Topology;
using static Todo.Operator.Tests.Simulation.Scenarios.Script;

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>
/// The world holds a move up in one stage, so that what people then do meets the operator in exactly that stage, whatever else goes wrong: an abort, another wish,
/// a pause, a deletion.
/// </summary>
internal static class Stalls
{
    private const int Seconds = 5;
    private const string Plain = "\"paused\":false";

    private static readonly Stall[] Held =
    [
        new("prepare", "direct-kafka", s => s.Weather.Refused = Kinds.Component, s => s.Reported == "Prepare"),
        new("sidecars", "direct-kafka", s => s.Weather.Unloadable = Broker.Redis, s => s.HasSidecar("backend")),
        new("consumers", "dapr-kafka", s => s.Weather.Refused = Kinds.Subscription, s => s.Reported == "Consumers"),
        new("probe", "dapr-kafka", s => s.Weather.Deaf = Broker.Redis, s => s.Reported == "Probe"),
        new("publishers", "dapr-kafka", s => s.Weather.Stuck = Broker.Redis, s => s.Variable("backend", "PUBSUB_NAME") == "todo-redis-backend"),
        new("jobs", "direct-kafka", s => s.Weather.SchedulerDown = true, s => s.Reported == "Jobs") { MustClear = true },
        new("drain", "dapr-kafka", s => s.Weather.Unread = Broker.Kafka, s => s.Reported == "Drain") { HoldWhen = s => AllPublishing(s, "redis"), MustClear = true },
        new("retire", "dapr-kafka", s => s.Weather.Stubborn = true, s => !s.Subscribed("kafka")) { HoldWhen = s => s.Reported == "Drain", MustClear = true },
    ];

    public static IEnumerable<Scenario> All() => Held.SelectMany(s => (Scenario[])
    [
        s.Then("aborted", Plain, stage => stage.Request("abort"), [s.Cleared(stage => stage.Target == s.From), Done("RolledBack", s.From)]),
        s.Then("other-wish", Plain, stage => stage.Patch(Spec(s.Third)), [s.Cleared(stage => stage.Target == s.Third), Done("Migrated", s.Third)]),
        s.Then("wish-withdrawn", Plain, stage => stage.Patch(Spec(s.From)), [s.Cleared(stage => stage.Target == s.From), Done("Migrated", s.From)]),
        s.Then("paused", Plain, Holding.Pause, [Script.Then(stage => stage.Phase == "Paused", stage => stage.Weather.Clear()), Holding.Resumed(), Done("Migrated", Stall.To)]),
        s.Then("deleted-with-revert", Plain, stage => stage.Delete(), [s.Cleared(stage => stage.Phase == "Deleting"), Gone()]),
        s.Then("deleted-with-retain", Retain, stage => stage.Delete(), [Gone(), Script.Then(_ => true, stage => stage.Weather.Clear())]),
    ]);

    /// <summary>A stage in which a move to Redis can be held up.</summary>
    private sealed record Stall(string Name, string From, Action<Stage> Hold, Func<Stage, bool> Reached)
    {
        public const string To = "dapr-redis";

        /// <summary>When the world begins to hold it up; null: from the beginning.</summary>
        public Func<Stage, bool>? HoldWhen { get; init; }

        /// <summary>What is held up is needed on the way on. A target that is broken is not, and stays so.</summary>
        public bool MustClear { get; init; }

        public string Third => From == "direct-kafka" ? "dapr-kafka" : "direct-kafka";

        /// <summary>Not before the operator has heard what is wanted now: else it might go on with what it was held up in.</summary>
        public Step Cleared(Func<Stage, bool> heard) => Script.Then(heard, s =>
        {
            if (MustClear)
            {
                s.Weather.Clear();
            }
        });

        public Scenario Then(string what, string spec, Action<Stage> act, IEnumerable<Step> end) => new(
            $"{what}-in-{Name}",
            Script.From(From, spec),
            [
                .. HoldWhen is null ? (Step[])[Script.Then(_ => true, s => { Hold(s); s.Patch(Spec(To)); })] : [Script.Then(_ => true, s => s.Patch(Spec(To))), Script.Then(HoldWhen, Hold)],

                // Faults before this have their places in other scenarios.
                Script.Then(s => s.Lasts(() => Reached(s), Seconds), act) with { Opens = true },
                .. end,
            ]);
    }
}

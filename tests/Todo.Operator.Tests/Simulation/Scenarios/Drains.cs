using Todo.Operator.Topology;
using static Todo.Operator.Tests.Simulation.Scenarios.Script;

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>The broker that is left does not run empty.</summary>
internal static class Drains
{
    public static IEnumerable<Scenario> All() =>
    [
        new(
            "drain-times-out-and-rolls-back",
            From("dapr-kafka", "\"drain\":{\"onTimeout\":\"Rollback\"}"),
            [
                Wish("dapr-redis"),
                Then(s => AllPublishing(s, "redis"), s => s.Weather.Unread = Broker.Kafka),
                Then(s => s.Phase == "RollingBack", s => s.Weather.Clear()),
                Done("RolledBack", "dapr-kafka"),
            ]),
        new(
            "left-broker-dies-in-the-drain",
            From("dapr-redis"),
            [Wish("dapr-kafka"), Then(s => AllPublishing(s, "kafka"), s => s.Weather.Down = Broker.Redis), Done("Migrated", "dapr-kafka")]),
    ];
}

using static Todo.Operator.Tests.Simulation.Scenarios.Script;

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>Another wish while the first is being fulfilled. Those that come while a stage is held up are in <see cref="Stalls"/>.</summary>
internal static class ChangesOfMind
{
    public static IEnumerable<Scenario> All() =>
    [
        new("three-transports", From("direct-kafka"), [Wish("dapr-redis"), Then(s => Publishing(s, "redis"), s => s.Patch(Spec("dapr-kafka"))), Done("Migrated", "dapr-kafka")]),
        new("back-before-anything-moved", From("dapr-kafka"), [Wish("dapr-redis"), Then(s => s.Subscriptions("redis") == s.Subscriptions("kafka"), s => s.Patch(Spec("dapr-kafka"))), Done("Migrated", "dapr-kafka")]),
        new("back-in-the-drain", From("dapr-kafka"), [Wish("dapr-redis"), Then(s => AllPublishing(s, "redis"), s => s.Patch(Spec("dapr-kafka"))), Done("Migrated", "dapr-kafka")]),
    ];
}

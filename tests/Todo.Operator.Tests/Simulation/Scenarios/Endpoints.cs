using Todo.Operator.Resource;
using Todo.Operator.Topology;
using static Todo.Operator.Tests.Simulation.Scenarios.Script;

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>Another Kafka in the place of the one in use, and other settings of the same one (decision 0003).</summary>
internal static class Endpoints
{
    private const string Elsewhere = "\"kafka\":{\"brokers\":[\"other:9092\"]}";
    private const string Here = "\"kafka\":{\"brokers\":[\"kafka:9092\"]}";
    private const string Longer = "\"kafka\":{\"brokers\":[\"kafka:9092\",\"kafka-2:9092\"]}";

    private const string Shifted = "\"kafka\":{\"brokers\":[\"kafka:9092\",\"kafka-3:9092\"]}";

    private static readonly Broker Other = new(BrokerKind.Kafka, BrokerEndpoint.Of(new KafkaSpec { Brokers = ["other:9092"] }).Mark());
    private static readonly string There = Transport.Through(Other).Name;

    public static IEnumerable<Scenario> All() =>
    [
        new("another-kafka", From("dapr-kafka"), [WishUnasked(Elsewhere), Done("Migrated", There)]),
        new("another-kafka-and-back", From("dapr-kafka"), [WishUnasked(Elsewhere), Then(s => s.IsDone("Migrated", There), s => s.Patch(Here)), Done("Migrated", "dapr-kafka")]),
        new("another-kafka-then-another-mind", From("dapr-kafka"), [WishUnasked(Elsewhere), Then(s => Publishing(s, Other.Name()), s => s.Patch(Here)), Done("Migrated", "dapr-kafka")]),
        new("another-kafka-is-deaf", From("dapr-kafka"), [Opening(s => { s.Weather.Deaf = Other; s.Annotate("platform.todo.io/skip-checks", "endpoint"); s.Patch(Elsewhere); }), Done("RolledBack", "dapr-kafka")]),
        new("settings-of-the-same-kafka", From("dapr-kafka"), [Opening(s => s.Patch(Longer)), Done("Migrated", "dapr-kafka")]),
        new("settings-of-the-same-kafka-given-back", From("dapr-kafka"), [Opening(s => s.Patch(Longer)), Then(s => s.IsDone("Migrated", "dapr-kafka"), s => s.Patch(Here)), Done("Migrated", "dapr-kafka")]),
        new("settings-of-the-same-kafka-changed-again-in-mid-edit", From("dapr-kafka"), [Opening(s => s.Patch(Longer)), Then(s => s.IsEdited("todo-kafka-backend"), s => s.Patch(Shifted)), Done("Migrated", "dapr-kafka")]),
        new("settings-of-the-same-kafka-given-back-in-mid-edit", From("dapr-kafka"), [Opening(s => s.Patch(Longer)), Then(s => s.IsEdited("todo-kafka-backend"), s => s.Patch(Here)), Done("Migrated", "dapr-kafka")]),
    ];
}

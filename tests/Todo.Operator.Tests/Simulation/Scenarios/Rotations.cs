using Todo.Operator.Tests.Simulation.Services;
using static Todo.Operator.Tests.Simulation.Scenarios.Script;

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>Somebody puts another management token into its Secret: pods that were started with the old one refuse the operator until they are started anew.</summary>
internal static class Rotations
{
    private const string New = "rotated";

    public static IEnumerable<Scenario> All() =>
    [
        new("token-rotated", From("dapr-redis"), [Opening(s => s.Rotate(New)), Rotated(), Done("Migrated", "dapr-redis")]),
        new("token-rotated-on-own-clients", From("direct-kafka"), [Opening(s => s.Rotate(New)), Rotated(), Done("Migrated", "direct-kafka")]),
        new("token-rotated-in-mid-move", From("dapr-kafka"), [Wish("dapr-redis"), Then(s => Publishing(s, "redis"), s => s.Rotate(New)), Rotated(), Done("Migrated", "dapr-redis")]),
        new(
            "wrong-token-put-right",
            From("dapr-kafka"),
            [Opening(s => s.Rotate(ManagementPort.WrongToken)), Then(s => s.Phase == "Degraded" && s.Elapsed(5), s => s.Rotate(New)), Rotated(), Done("Migrated", "dapr-kafka")]),
    ];

    private static Step Rotated() => Then(s => s.Started(New) == 4, _ => { });
}

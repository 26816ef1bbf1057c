using static Todo.Operator.Tests.Simulation.Scenarios.Script;

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>One wish that comes true.</summary>
internal static class Moves
{
    public static IEnumerable<Scenario> All() =>
    [
        .. from a in Transports from b in Transports where a != b select Move($"{a}-to-{b}", a, b),
        Move("direct-kafka-to-hybrid", "direct-kafka", Hybrid),
        Move("dapr-kafka-to-hybrid", "dapr-kafka", Hybrid),
        Move("hybrid-to-dapr-kafka", Hybrid, "dapr-kafka"),
        Move("hybrid-to-dapr-redis", Hybrid, "dapr-redis"),
        Move("hybrid-to-direct-kafka", Hybrid, "direct-kafka"),
        .. Transports.Select(t => new Scenario($"created-for-{t}", Begin: null, [Opening(s => s.Create($"{Spec(t)},\"paused\":false")), Done("Migrated", t)])),
        new Scenario("sidecars-edited", From("dapr-redis"), [Opening(s => s.Patch("\"delivery\":{\"maxRetries\":5}")), Done("Migrated", "dapr-redis")]),
    ];

    private static Scenario Move(string name, string from, string to) => new(name, From(from), [Wish(to), Done("Migrated", to)]);
}

using static Todo.Operator.Tests.Simulation.Scenarios.Script;

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>The resource goes. Deletions while a stage is held up are in <see cref="Stalls"/>.</summary>
internal static class Deletions
{
    public static IEnumerable<Scenario> All() =>
    [
        new("delete-with-revert", From("dapr-redis"), [Opening(s => s.Delete()), Gone()]),
        new("delete-with-revert-from-hybrid", From(Hybrid), [Opening(s => s.Delete()), Gone()]),
        new("delete-with-retain", From("dapr-kafka", Retain), [Opening(s => s.Delete()), Gone()]),
        new("delete-with-retain-decided-last", From("dapr-kafka"), [Opening(s => { s.Patch(Retain); s.Delete(); }), Gone()]),
        new("delete-with-revert-in-mid-move", From("direct-kafka"), [Wish("dapr-redis"), Then(s => Publishing(s, "redis"), s => s.Delete()), Gone()]),
        new("delete-with-retain-in-mid-move", From("direct-kafka", Retain), [Wish("dapr-redis"), Then(s => s.HasSidecar("email-delivery"), s => s.Delete()), Gone()]),
    ];
}

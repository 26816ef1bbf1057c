using Todo.Operator.Topology;
using static Todo.Operator.Tests.Simulation.Scenarios.Script;

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>Annotations of people. Aborts of each stage are in <see cref="Stalls"/>, what is said to a frozen move in <see cref="Failures"/>.</summary>
internal static class Requests
{
    public static IEnumerable<Scenario> All() =>
    [
        new("rolled-back-on-request", From("dapr-redis"), [Opening(s => s.Request("rollback")), Done("RolledBack", "direct-kafka")]),
        new(
            "rolled-back-on-request-then-retried",
            From("dapr-kafka"),
            [Opening(s => s.Request("rollback")), Then(s => s.IsDone("RolledBack", "direct-kafka"), s => s.Request("retry")), Done("Migrated", "dapr-kafka")]),
        new(
            "retried-after-a-failure",
            From("dapr-kafka"),
            [
                Opening(s => { s.Weather.Deaf = Broker.Redis; s.Patch(Spec("dapr-redis")); }),
                Then(s => s.IsDone("RolledBack", "dapr-kafka"), s => { s.Weather.Deaf = null; s.Request("retry"); }),
                Done("Migrated", "dapr-redis"),
            ]),
        new(
            "promoted-through-long-soaks",
            From("dapr-kafka"),
            [
                Opening(s => s.Patch($"{Spec("dapr-redis")},\"rollout\":{{\"soak\":\"25s\"}}")),
                .. ((string Deployment, string App)[])[("backend", "backend"), ("recurring-service", "recurring-task-service"), ("email-delivery", "email-delivery-service"), ("notification-service", "notification-service")] is var all
                    ? all.Select((a, i) => Then(s => s.Lasts(() => s.Variable(a.Deployment, "PUBSUB_NAME") == $"todo-redis-{a.App}", 12), s => s.Request("promote", $"{i}"))) : [],
                Done("Migrated", "dapr-redis"),
            ]),
    ];
}

using static Todo.Operator.Tests.Simulation.Scenarios.Script;

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>A pause in the middle of a move. Those that come while a stage is held up are in <see cref="Stalls"/>.</summary>
internal static class Holding
{
    public static IEnumerable<Scenario> All() =>
    [
        new("pause-and-resume", From("direct-kafka"), [Wish("dapr-redis"), Then(s => s.HasSidecar("email-delivery"), Pause), Resumed(), Done("Migrated", "dapr-redis")]),
        new("pause-among-publishers", From("dapr-redis"), [Wish("dapr-kafka"), Then(s => Publishing(s, "kafka"), Pause), Resumed(), Done("Migrated", "dapr-kafka")]),
    ];

    public static void Pause(Stage stage) => stage.Patch("\"paused\":true");

    public static Step Resumed() => Then(s => s.Phase == "Paused" && s.Elapsed(5), s => s.Patch("\"paused\":false"));
}

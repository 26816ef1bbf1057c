using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>All scenarios.</summary>
internal static class Catalogue
{
    private static readonly Dictionary<string, string> Specs = new(StringComparer.Ordinal)
    {
        ["direct-kafka"] = "\"useDapr\":false,\"broker\":\"kafka\"",
        ["dapr-kafka"] = "\"useDapr\":true,\"broker\":\"kafka\"",
        ["dapr-redis"] = "\"useDapr\":true,\"broker\":\"redis\"",
    };

    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. Moves(),
        .. ChangesOfMind(),
        .. Failures(),
        .. Holding(),
        .. Deletions(),
    ];

    public static Scenario Find(string name) => All.First(s => s.Name == name);

    private static IEnumerable<Scenario> Moves() =>
        from a in Specs.Keys
        from b in Specs.Keys
        where a != b
        select new Scenario($"{a}-to-{b}", [.. From(a), Wish(b), Done("Migrated", b)]);

    private static IEnumerable<Scenario> ChangesOfMind()
    {
        yield return new Scenario("three-transports", [.. From("direct-kafka"), Wish("dapr-redis"), Then(s => Publishing(s, "redis"), s => s.Patch(Specs["dapr-kafka"])), Done("Migrated", "dapr-kafka")]);
        yield return new Scenario("back-before-anything-moved", [.. From("dapr-kafka"), Wish("dapr-redis"), Then(s => s.Subscribed("redis"), s => s.Patch(Specs["dapr-kafka"])), Done("Migrated", "dapr-kafka")]);
        yield return new Scenario("back-in-the-drain", [.. From("dapr-kafka"), Wish("dapr-redis"), Then(s => s.Variable("notification-service", "PUBSUB_NAME") == "todo-redis-notification-service", s => s.Patch(Specs["dapr-kafka"])), Done("Migrated", "dapr-kafka")]);
    }

    private static IEnumerable<Scenario> Failures()
    {
        yield return Failing("component-does-not-load", "dapr-kafka", "dapr-redis", s => s.Weather.Unloadable = Broker.Redis);
        yield return Failing("consumers-hear-nothing", "dapr-kafka", "dapr-redis", s => s.Weather.Deaf = Broker.Redis);
        yield return Failing("handlers-fail", "dapr-kafka", "dapr-redis", s => s.Weather.Poisoned = Broker.Redis);
        yield return Failing("pods-do-not-start", "dapr-kafka", "dapr-redis", s => s.Weather.Stuck = Broker.Redis);
        yield return Failing("no-sidecars", "direct-kafka", "dapr-kafka", s => s.Weather.InjectorOff = true);
        yield return Failing("sidecars-crash", "direct-kafka", "dapr-redis", s => s.Weather.SidecarsCrash = true);
        yield return Failing("handlers-fail-on-the-way-in", "direct-kafka", "dapr-redis", s => s.Weather.Poisoned = Broker.Redis);
    }

    private static IEnumerable<Scenario> Holding()
    {
        yield return new Scenario("pause-and-resume",
        [
            .. From("direct-kafka"), Wish("dapr-redis"),
            Then(s => s.HasSidecar("email-delivery"), s => s.Patch("\"paused\":true")),
            Then(s => s.Phase == "Paused" && s.Elapsed(5), s => s.Patch("\"paused\":false")),
            Done("Migrated", "dapr-redis"),
        ]);
        yield return new Scenario("pause-among-publishers",
        [
            .. From("dapr-redis"), Wish("dapr-kafka"),
            Then(s => Publishing(s, "kafka"), s => s.Patch("\"paused\":true")),
            Then(s => s.Phase == "Paused" && s.Elapsed(5), s => s.Patch("\"paused\":false")),
            Done("Migrated", "dapr-kafka"),
        ]);
    }

    private static IEnumerable<Scenario> Deletions()
    {
        yield return new Scenario("delete-with-revert", [.. From("dapr-redis"), Opening(s => s.Delete()), Gone()]);
        yield return new Scenario("delete-with-retain", [.. From("dapr-kafka", "\"deletionPolicy\":\"Retain\""), Opening(s => s.Delete()), Gone()]);
        yield return new Scenario("delete-with-revert-in-mid-move", [.. From("direct-kafka"), Wish("dapr-redis"), Then(s => Publishing(s, "redis"), s => s.Delete()), Gone()]);
        yield return new Scenario("delete-with-retain-in-mid-move",
            [.. From("direct-kafka", "\"deletionPolicy\":\"Retain\""), Wish("dapr-redis"), Then(s => s.HasSidecar("email-delivery"), s => s.Delete()), Gone()]);
    }

    private static Scenario Failing(string name, string from, string to, Action<Stage> breaks) =>
        new(name, [.. From(from), Opening(s => { breaks(s); s.Patch(Specs[to]); }), Done("RolledBack", from)]);

    private static bool Publishing(Stage stage, string broker) => stage.Variable("recurring-service", "PUBSUB_NAME") == $"todo-{broker}-recurring-task-service";

    /// <summary>The scene: everything is at rest on a transport.</summary>
    private static IEnumerable<Step> From(string transport, string more = "\"paused\":false") =>
        [new Step(s => s.Elapsed(1), s => s.Create($"{Specs[transport]},{more}")), new Step(s => s.IsDone("Migrated", transport) && s.Elapsed(2), _ => { })];

    private static Step Wish(string transport) => Opening(s => s.Patch(Specs[transport]));

    private static Step Opening(Action<Stage> then) => new(_ => true, then) { Opens = true };

    private static Step Then(Func<Stage, bool> when, Action<Stage> then) => new(when, then);

    private static Step Done(string phase, string transport) => new(s => s.IsDone(phase, transport), _ => { });

    private static Step Gone() => new(s => s.IsGone, _ => { });
}

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>Words in which scenarios are written.</summary>
internal static class Script
{
    /// <summary>E-mail delivery stays on its own Kafka client.</summary>
    public const string Hybrid = "dapr-kafka+direct:EmailDelivery";

    public const string Retain = "\"deletionPolicy\":\"Retain\"";

    private const string AllThroughDapr = "\"services\":{\"emailDelivery\":{\"useDapr\":null}}";

    private static readonly Dictionary<string, string> Specs = new(StringComparer.Ordinal)
    {
        ["direct-kafka"] = "\"useDapr\":false,\"broker\":\"kafka\"," + AllThroughDapr,
        ["dapr-kafka"] = "\"useDapr\":true,\"broker\":\"kafka\"," + AllThroughDapr,
        ["dapr-redis"] = "\"useDapr\":true,\"broker\":\"redis\"," + AllThroughDapr,
        [Hybrid] = "\"useDapr\":true,\"broker\":\"kafka\",\"services\":{\"emailDelivery\":{\"useDapr\":false}}",
    };

    /// <summary>The usual three.</summary>
    public static IReadOnlyList<string> Transports { get; } = [.. Specs.Keys.Where(k => k != Hybrid)];

    /// <summary>What a spec says to ask for it.</summary>
    public static string Spec(string target) => Specs[target];

    public static Beginning From(string target, string more = "\"paused\":false") => new(target, $"{Specs[target]},{more}");

    public static Step Wish(string target) => Opening(s => s.Patch(Specs[target]));

    /// <summary>A preflight that logs in at both clusters cannot be made here.</summary>
    public static Step WishUnasked(string spec) => Opening(s => { s.Annotate("platform.todo.io/skip-checks", "endpoint"); s.Patch(spec); });

    public static Step Opening(Action<Stage> then) => new(_ => true, then) { Opens = true };

    public static Step Then(Func<Stage, bool> when, Action<Stage> then) => new(when, then);

    public static Step Done(string phase, string target) => new(s => s.IsDone(phase, target), _ => { });

    public static Step Gone() => new(s => s.IsGone, _ => { });

    /// <summary>The template of the second publisher names the broker.</summary>
    public static bool Publishing(Stage stage, string broker) => stage.Variable("recurring-service", "PUBSUB_NAME") == $"todo-{broker}-recurring-task-service";

    /// <summary>The template of the last publisher names the broker.</summary>
    public static bool AllPublishing(Stage stage, string broker) => stage.Variable("notification-service", "PUBSUB_NAME") == $"todo-{broker}-notification-service";
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Nodes;

namespace Todo.Operator.Tests.Simulation.Runs;

/// <summary>The end of a run in comparable lines: what the cluster contains, what status says, what was done how often. No times, no versions, no figures.</summary>
internal static partial class WorldFacts
{
    public static IReadOnlyDictionary<string, string> Of(SimulatedWorld world, Census census)
    {
        // Nobody is left to take back an order that arrives when the platform is gone.
        var isOrphan = world.Ledger.JobIsLate && !world.Store.List(Kinds.Platform).Any();
        var facts = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["job"] = world.Ledger.Job && !isOrphan ? "scheduled" : "absent" };
        foreach (var deployment in world.Store.List(Kinds.Deployment))
        {
            facts[$"Deployment {deployment.Name()}"] = deployment["spec"]!.ToJsonString();
        }

        foreach (var type in Kinds.Dapr)
        {
            foreach (var value in world.Store.List(type))
            {
                facts[$"{type.Kind} {value.Name()}"] = Numbers().Replace(
                    $"{value["spec"]?.ToJsonString()} {value["scopes"]?.ToJsonString()} {value.Metadata()["ownerReferences"]?.ToJsonString()}", "#");
            }
        }

        foreach (var (what, count) in census.Counts)
        {
            facts[$"count: {what}"] = $"{count}";
        }

        Status(facts, world.Store.List(Kinds.Platform).SingleOrDefault());
        return facts;
    }

    /// <summary>Lines that differ.</summary>
    public static IEnumerable<string> Differences(IReadOnlyDictionary<string, string> expected, IReadOnlyDictionary<string, string> actual) =>
        from key in expected.Keys.Union(actual.Keys).Order(StringComparer.Ordinal)
        let a = expected.GetValueOrDefault(key, "-")
        let b = actual.GetValueOrDefault(key, "-")
        where a != b
        select $"{key}: {b} instead of {a}";

    private static void Status(SortedDictionary<string, string> facts, JsonObject? platform)
    {
        facts["platform"] = platform is null ? "gone" : "there";
        if (platform?["status"] is not JsonObject status)
        {
            return;
        }

        facts["phase"] = $"{status.Text("phase")}/{status.Text("stage")} {status["move"].Text("target")} {status["move"].Text("lastGood")} {status["move"].Text("reason")}";
        facts["epoch"] = status["move"].Text("epoch")!;
        facts["failure"] = $"{status["move"].Text("failure", "reason")}";
        foreach (var condition in (status["conditions"] as JsonArray ?? []).OfType<JsonObject>())
        {
            facts[$"condition {condition.Text("type")}"] = $"{condition.Text("status")} {condition.Text("reason")}";
        }

        var i = 0;
        foreach (var entry in (status["history"] as JsonArray ?? []).OfType<JsonObject>())
        {
            facts[$"history {++i}"] = $"{entry.Text("from")} -> {entry.Text("to")} {entry.Text("result")}: {Numbers().Replace(entry.Text("reason") ?? string.Empty, "#")}";
        }
    }

    [GeneratedRegex(@"\d+([.,]\d+)?")]
    private static partial Regex Numbers();
}

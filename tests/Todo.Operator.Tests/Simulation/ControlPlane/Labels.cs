using System.Text.Json.Nodes;

namespace Todo.Operator.Tests.Simulation.ControlPlane;

/// <summary>Label selectors, as far as the operator uses them: keys and key=value, separated by commas.</summary>
internal static class Labels
{
    public static bool Select(string? selector, JsonObject value) =>
        string.IsNullOrEmpty(selector) || selector.Split(',').All(part => Holds(part.Split('=', 2), value["metadata"]?["labels"] as JsonObject));

    private static bool Holds(string[] requirement, JsonObject? labels) =>
        labels?[requirement[0]] is { } value && (requirement.Length == 1 || value.GetValue<string>() == requirement[1]);
}

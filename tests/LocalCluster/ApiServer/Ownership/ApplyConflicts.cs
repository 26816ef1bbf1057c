using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Ownership;

/// <summary>The refusal of an apply that would take fields from other managers.</summary>
internal static class ApplyConflicts
{
    public static ApiException Error(ResourceType type, string name, IReadOnlyList<(ManagedEntry Entry, FieldSet Fields)> conflicts)
    {
        var fields = conflicts
            .SelectMany(c => c.Fields.Paths().Select(p => (Manager: Describe(c.Entry), Path: FieldSetText.Display(p))))
            .ToList();
        var causes = fields.Select(f => (JsonNode)new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with {f.Manager}",
            ["field"] = f.Path,
        });
        var details = new JsonObject { ["name"] = name, ["group"] = type.Group, ["kind"] = type.Plural, ["causes"] = new JsonArray([.. causes]) };
        return new ApiException(409, "Conflict", Message(fields), details);
    }

    private static string Message(List<(string Manager, string Path)> fields)
    {
        if (fields.Count == 1)
        {
            return $"Apply failed with 1 conflict: conflict with {fields[0].Manager}: {fields[0].Path}";
        }

        var groups = fields
            .GroupBy(f => f.Manager, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"conflicts with {g.Key}:\n{string.Join('\n', g.Select(f => $"- {f.Path}"))}");
        return $"Apply failed with {fields.Count} conflicts: {string.Join('\n', groups)}";
    }

    private static string Describe(ManagedEntry entry)
    {
        var text = $"\"{entry.Manager}\"";
        if (entry.Subresource.Length > 0)
        {
            text += $" with subresource \"{entry.Subresource}\"";
        }

        return entry.IsApply ? text : $"{text} using {entry.ApiVersion}";
    }
}

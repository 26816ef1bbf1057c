using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Ownership;

/// <summary>One entry of <c>metadata.managedFields</c>.</summary>
internal sealed record ManagedEntry(string Manager, bool IsApply, string ApiVersion, string Subresource, string? Time, FieldSet Fields)
{
    /// <summary>Entries of the same manager, operation, version and subresource are one.</summary>
    public bool IsSameManager(ManagedEntry other) =>
        Manager == other.Manager && IsApply == other.IsApply && Subresource == other.Subresource && (IsApply || ApiVersion == other.ApiVersion);
}

/// <summary><c>metadata.managedFields</c> in and out.</summary>
internal static class ManagedFields
{
    /// <summary>The entries of an object; null when they cannot be read.</summary>
    public static IReadOnlyList<ManagedEntry>? Read(JsonObject value)
    {
        var entries = new List<ManagedEntry>();
        foreach (var entry in value.ObjectsAt("metadata", "managedFields"))
        {
            if (entry.TextAt("operation") is not ("Apply" or "Update") || entry.ObjectAt("fieldsV1") is not { } fields)
            {
                return null;
            }

            entries.Add(new ManagedEntry(
                entry.TextAt("manager") ?? "", entry.TextAt("operation") == "Apply", entry.TextAt("apiVersion") ?? "", entry.TextAt("subresource") ?? "",
                entry.TextAt("time"), FieldSetText.FromJson(fields)));
        }

        return entries;
    }

    /// <summary>True for <c>[{}]</c>, by which a client asks to forget all entries.</summary>
    public static bool IsReset(JsonObject value) => value.ArrayAt("metadata", "managedFields") is [JsonObject { Count: 0 }];

    public static void Write(JsonObject value, IEnumerable<ManagedEntry> entries)
    {
        var array = new JsonArray([.. entries.Where(e => !e.Fields.IsEmpty).Select(e => (JsonNode)ToJson(e))]);
        var metadata = value.Ensure("metadata");
        if (array.Count == 0)
        {
            metadata.Remove("managedFields");
        }
        else
        {
            metadata["managedFields"] = array;
        }
    }

    private static JsonObject ToJson(ManagedEntry entry)
    {
        var result = new JsonObject
        {
            ["manager"] = entry.Manager,
            ["operation"] = entry.IsApply ? "Apply" : "Update",
            ["apiVersion"] = entry.ApiVersion,
            ["time"] = entry.Time,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = FieldSetText.ToJson(entry.Fields),
        };
        if (entry.Subresource.Length > 0)
        {
            result["subresource"] = entry.Subresource;
        }

        return result;
    }
}

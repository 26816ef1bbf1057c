using System.Text.Json;
using System.Text.Json.Nodes;
using Todo.Operator.Execution;
using Todo.Operator.Generation;

namespace Todo.Operator.Observation;

/// <summary>
/// Whether a live object is as generated. What others added beside it (defaults, labels) is no difference; another order of a list is, and so is a field that was
/// generated once and is not any more.
/// </summary>
public static class ManifestComparer
{
    private const string Field = "f:";
    private static readonly string[] Parts = ["spec", "scopes"];

    /// <summary>Compares everything but metadata.</summary>
    public static bool IsCurrent(DaprObject live, JsonObject wanted)
    {
        foreach (var part in Parts)
        {
            var want = wanted[part];
            var has = live.Fields is not null && live.Fields.TryGetValue(part, out var element) ? JsonNode.Parse(element.GetRawText()) : null;
            if (want is not null && !Covers(has, want))
            {
                return false;
            }
        }

        return !OwnsMore(live, wanted);
    }

    /// <summary>Something stands under the operator's name that it would no longer write: tracing that was switched off, for example.</summary>
    private static bool OwnsMore(DaprObject live, JsonObject wanted)
    {
        var owned = live.Metadata.ManagedFields?.FirstOrDefault(e => e.Manager == FieldManagers.Generated && e.Operation == "Apply")?.FieldsV1;
        return owned is { } fields && Parts.Any(p => fields.TryGetProperty(Field + p, out var part) && More(part, wanted[p]));
    }

    private static bool More(JsonElement owned, JsonNode? want) => owned.ValueKind == JsonValueKind.Object && owned.EnumerateObject()
        .Where(f => f.Name.StartsWith(Field, StringComparison.Ordinal))
        .Any(f => want is not JsonObject fields || !fields.TryGetPropertyValue(f.Name[Field.Length..], out var child) || More(f.Value, child));

    private static bool Covers(JsonNode? has, JsonNode? want) => (has, want) switch
    {
        (null, null) => true,
        (JsonObject h, JsonObject w) => w.All(p => Covers(h[p.Key], p.Value)),
        (JsonArray h, JsonArray w) => h.Count == w.Count && h.Zip(w).All(p => Covers(p.First, p.Second)),
        (JsonValue h, JsonValue w) => Same(h, w),
        _ => false,
    };

    private static bool Same(JsonValue has, JsonValue want) =>
        has.GetValueKind() == want.GetValueKind()
        && (has.GetValueKind() == JsonValueKind.Number ? has.ToJsonString() == want.ToJsonString() : JsonNode.DeepEquals(has, want));
}

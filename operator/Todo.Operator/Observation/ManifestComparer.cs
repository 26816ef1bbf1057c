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
    public static bool IsCurrent(DaprObject live, JsonObject wanted) =>
        Parts.All(p => wanted[p] is not { } want || (live.Fields is { } fields && fields.TryGetValue(p, out var has) && Covers(has, want))) && !OwnsMore(live, wanted);

    /// <summary>Something stands under the operator's name that it would no longer write: tracing that was switched off, for example.</summary>
    private static bool OwnsMore(DaprObject live, JsonObject wanted)
    {
        var owned = live.Metadata.ManagedFields?.FirstOrDefault(e => e.Manager == FieldManagers.Generated && e.Operation == "Apply")?.FieldsV1;
        return owned is { } fields && Parts.Any(p => fields.TryGetProperty(Field + p, out var part) && More(part, wanted[p]));
    }

    private static bool More(JsonElement owned, JsonNode? want) => owned.ValueKind == JsonValueKind.Object && owned.EnumerateObject()
        .Where(f => f.Name.StartsWith(Field, StringComparison.Ordinal))
        .Any(f => want is not JsonObject fields || !fields.TryGetPropertyValue(f.Name[Field.Length..], out var child) || More(f.Value, child));

    private static bool Covers(JsonElement has, JsonNode? want) => (has.ValueKind, want) switch
    {
        (JsonValueKind.Null, null) => true,
        (JsonValueKind.Object, JsonObject w) => w.All(p => has.TryGetProperty(p.Key, out var child) ? Covers(child, p.Value) : p.Value is null),
        (JsonValueKind.Array, JsonArray w) => has.GetArrayLength() == w.Count && has.EnumerateArray().Zip(w).All(p => Covers(p.First, p.Second)),
        (JsonValueKind.String, JsonValue w) => w.GetValueKind() == JsonValueKind.String && has.ValueEquals(w.GetValue<string>()),
        (JsonValueKind.Number, JsonValue w) => w.GetValueKind() == JsonValueKind.Number && has.GetRawText() == w.ToJsonString(),
        (var kind, JsonValue w) => kind == w.GetValueKind(),
        _ => false,
    };
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Client.Serialization;
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
    private const string Spec = "spec";
    private const string Scopes = "scopes";

    /// <summary>Compares everything but metadata.</summary>
    public static bool IsCurrent(DaprObject live, JsonObject wanted) =>
        Covers(live.Spec, wanted[Spec]) && Covers(live.Scopes, wanted[Scopes]) && !OwnsMore(live, wanted);

    /// <summary>What is read of an owner's fields.</summary>
    internal static JsonElement OwnedContent(JsonElement fields) => JsonSerializer.SerializeToElement(
        fields.EnumerateObject().Where(static f => f.Name is Field + Spec or Field + Scopes).ToDictionary(static f => f.Name, static f => f.Value, StringComparer.Ordinal));

    /// <summary>Something stands under the operator's name that it would no longer write: tracing that was switched off, for example.</summary>
    private static bool OwnsMore(DaprObject live, JsonObject wanted)
    {
        var owned = live.Metadata.ManagedFields?.FirstOrDefault(e => e.Manager == FieldManagers.Generated && e.Operation == "Apply")?.FieldsV1;
        return owned is { } fields && (OwnsMore(fields, wanted, Spec) || OwnsMore(fields, wanted, Scopes));
    }

    private static bool OwnsMore(JsonElement owned, JsonObject wanted, string name) => owned.TryGetProperty(Field + name, out var part) && More(part, wanted[name]);

    private static bool More(JsonElement owned, JsonNode? want) => owned.ValueKind == JsonValueKind.Object && owned.EnumerateObject()
        .Where(f => f.Name.StartsWith(Field, StringComparison.Ordinal))
        .Any(f => want is not JsonObject fields || !fields.TryGetPropertyValue(f.Name[Field.Length..], out var child) || More(f.Value, child));

    private static bool Covers(JsonText? has, JsonNode? want) => want is null || (has is not null && Covers(has.Parse(), want));

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

using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Schemas;

namespace LocalCluster.ApiServer.Ownership;

/// <summary>Field sets of objects.</summary>
internal static class FieldSets
{
    // What every object says of itself and nobody owns.
    private static readonly string[] Identity = [Steps.Field("apiVersion"), Steps.Field("kind")];

    private static readonly string[] ServerMetadata =
        [.. new[] { "name", "namespace", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "uid", "generation", "managedFields", "resourceVersion" }.Select(Steps.Field)];

    /// <summary>The fields that a configuration applies: its leaves, and items of lists themselves.</summary>
    public static FieldSet Applied(JsonNode? value, Schema schema, bool isItem = false)
    {
        if (!Steps.IsDivided(value, schema) || value is JsonObject { Count: 0 } or JsonArray { Count: 0 })
        {
            return FieldSet.Leaf;
        }

        var isList = value is JsonArray;
        return FieldSet.Of(
            isItem,
            Steps.ByStep(value, schema).Select(p => KeyValuePair.Create(p.Key, Applied(p.Value.Value, p.Value.Schema, isList))));
    }

    /// <summary>Every place of a value, also those that only hold others.</summary>
    public static FieldSet Everything(JsonNode? value, Schema schema) =>
        Steps.IsDivided(value, schema)
            ? FieldSet.Of(isMember: true, Steps.ByStep(value, schema).Select(p => KeyValuePair.Create(p.Key, Everything(p.Value.Value, p.Value.Schema))))
            : FieldSet.Leaf;

    /// <summary>Without what nobody owns.</summary>
    public static FieldSet Ownable(FieldSet set)
    {
        var metadata = set.Child(Steps.Field("metadata"));
        var kept = FieldSet.Of(isMember: false, metadata.Without(ServerMetadata).Children);
        return FieldSet.Of(isMember: false, set.Without(Identity).With(Steps.Field("metadata"), kept).Children);
    }
}

/// <summary>What differs between two versions of an object.</summary>
internal sealed record FieldChanges(FieldSet AddedOrModified, FieldSet Removed)
{
    public static FieldChanges Between(JsonNode? before, JsonNode? after, Schema schema)
    {
        if (!Steps.IsDivided(before, schema) || !Steps.IsDivided(after, schema) || before is JsonObject != after is JsonObject)
        {
            return JsonNode.DeepEquals(before, after)
                ? new FieldChanges(FieldSet.Empty, FieldSet.Empty)
                : new FieldChanges(FieldSets.Everything(after, schema), FieldSet.Empty);
        }

        var (old, now) = (Steps.ByStep(before, schema), Steps.ByStep(after, schema));
        var changed = new List<KeyValuePair<string, FieldSet>>();
        var removed = new List<KeyValuePair<string, FieldSet>>();
        foreach (var (step, part) in now)
        {
            if (old.TryGetValue(step, out var previous))
            {
                var nested = Between(previous.Value, part.Value, part.Schema);
                changed.Add(KeyValuePair.Create(step, nested.AddedOrModified));
                removed.Add(KeyValuePair.Create(step, nested.Removed));
            }
            else
            {
                changed.Add(KeyValuePair.Create(step, FieldSets.Everything(part.Value, part.Schema)));
            }
        }

        removed.AddRange(old.Where(o => !now.ContainsKey(o.Key)).Select(o => KeyValuePair.Create(o.Key, FieldSets.Everything(o.Value.Value, o.Value.Schema))));
        return new FieldChanges(FieldSet.Of(isMember: false, changed), FieldSet.Of(isMember: false, removed));
    }
}

using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Ownership;
using LocalCluster.ApiServer.Schemas;

namespace LocalCluster.ApiServer.Patching;

/// <summary>Kubernetes' strategic merge patch: a merge patch that knows which lists are merged and by which key.</summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string ElementOrder = "$setElementOrder/";
    private const string DeleteValues = "$deleteFromPrimitiveList/";

    public static JsonNode? Apply(JsonNode? target, JsonNode? patch, Schema schema)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        switch (changes.TextAt(Directive))
        {
            case "delete":
                return null;
            case "replace":
                return WithoutDirectives(changes);
        }

        var result = target is JsonObject old ? old.Copy() : [];
        if (changes.ArrayAt(RetainKeys) is { } retained)
        {
            var keep = retained.Select(k => k.AsText()).ToHashSet();
            foreach (var name in result.Select(f => f.Key).Where(n => !keep.Contains(n)).ToList())
            {
                result.Remove(name);
            }
        }

        foreach (var (name, change) in changes)
        {
            if (name.StartsWith(DeleteValues, StringComparison.Ordinal))
            {
                RemoveValues(result, name[DeleteValues.Length..], change);
            }
            else if (!name.StartsWith('$'))
            {
                ApplyField(result, name, change, changes[ElementOrder + name] as JsonArray, schema.FieldOrAnything(name));
            }
        }

        // An order alone, without changes of the list itself.
        foreach (var (name, order) in changes.Where(c => c.Key.StartsWith(ElementOrder, StringComparison.Ordinal)))
        {
            var field = name[ElementOrder.Length..];
            if (!changes.ContainsKey(field) && result[field] is JsonArray items)
            {
                result[field] = Ordered(items, order as JsonArray, schema.FieldOrAnything(field));
            }
        }

        return result;
    }

    private static void ApplyField(JsonObject result, string name, JsonNode? change, JsonArray? order, Schema schema)
    {
        var applied = change switch
        {
            null => null,
            JsonArray items when schema.PatchMergeKey is not null => Ordered(MergeList(result[name] as JsonArray ?? [], items, schema), order, schema),
            JsonArray items => new JsonArray([.. items.Select(i => i is JsonObject o ? WithoutDirectives(o) : i?.DeepClone())]),
            _ => Apply(result[name], change, schema),
        };
        if (applied is null)
        {
            result.Remove(name);
        }
        else
        {
            result[name] = applied;
        }
    }

    private static JsonArray MergeList(JsonArray target, JsonArray changes, Schema schema)
    {
        if (changes.OfType<JsonObject>().Any(c => c.TextAt(Directive) == "replace"))
        {
            return new JsonArray([.. changes.OfType<JsonObject>().Where(c => c.TextAt(Directive) is null).Select(c => c.DeepClone())]);
        }

        var result = target.Select(t => t?.DeepClone()).ToList();
        foreach (var change in changes)
        {
            if (change is not JsonObject item)
            {
                if (!result.Exists(r => JsonNode.DeepEquals(r, change)))
                {
                    result.Add(change?.DeepClone());
                }

                continue;
            }

            var key = item[schema.PatchMergeKey!]
                ?? throw ApiErrors.BadRequest($"map: {JsonText.ToText(item)} does not contain declared merge key: {schema.PatchMergeKey}");
            var at = result.FindIndex(r => JsonNode.DeepEquals(r.At(schema.PatchMergeKey!), key));
            var merged = Apply(at < 0 ? null : result[at], item, schema.Items ?? Schema.Anything);
            if (merged is null)
            {
                result.RemoveAll(r => JsonNode.DeepEquals(r.At(schema.PatchMergeKey!), key));
            }
            else if (at < 0)
            {
                result.Add(merged);
            }
            else
            {
                result[at] = merged;
            }
        }

        return new JsonArray([.. result]);
    }

    private static JsonArray Ordered(JsonArray items, JsonArray? order, Schema schema)
    {
        if (order is null)
        {
            return items;
        }

        var byKey = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            byKey[KeyText(item, schema)] = item;
        }

        var wanted = order.Select(o => KeyText(o, schema)).Where(byKey.ContainsKey).Distinct(StringComparer.Ordinal).ToList();
        return new JsonArray([.. ListOrder.Merge([.. byKey.Keys], wanted).Select(k => byKey[k]?.DeepClone())]);
    }

    private static string KeyText(JsonNode? item, Schema schema) =>
        JsonText.ToText(item is JsonObject fields && schema.PatchMergeKey is { Length: > 0 } key ? fields[key] : item);

    private static void RemoveValues(JsonObject target, string name, JsonNode? values)
    {
        if (target[name] is JsonArray items && values is JsonArray gone)
        {
            target[name] = new JsonArray([.. items.Where(i => !gone.Any(g => JsonNode.DeepEquals(g, i))).Select(i => i?.DeepClone())]);
        }
    }

    private static JsonObject WithoutDirectives(JsonObject value) =>
        new(value.Where(f => !f.Key.StartsWith('$')).Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone())));
}

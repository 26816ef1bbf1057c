using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Schemas;

namespace LocalCluster.ApiServer.Ownership;

/// <summary>Lays an applied configuration over a live object.</summary>
internal static class ApplyMerge
{
    public static JsonNode? Merge(JsonNode? live, JsonNode? config, Schema schema)
    {
        if (!Steps.IsDivided(live, schema) || !Steps.IsDivided(config, schema))
        {
            return config?.DeepClone();
        }

        return (live, config) switch
        {
            (JsonObject liveFields, JsonObject fields) => MergeFields(liveFields, fields, schema),
            (JsonArray liveItems, JsonArray items) => MergeItems(liveItems, items, schema),
            _ => config?.DeepClone(),
        };
    }

    private static JsonObject MergeFields(JsonObject live, JsonObject config, Schema schema)
    {
        var result = (JsonObject)live.DeepClone();
        foreach (var (name, value) in config)
        {
            result[name] = live.TryGetPropertyValue(name, out var old) ? Merge(old, value, schema.FieldOrAnything(name)) : value?.DeepClone();
        }

        return result;
    }

    private static JsonArray MergeItems(JsonArray live, JsonArray config, Schema schema)
    {
        var old = Steps.ByStep(live, schema);
        var wanted = Steps.ByStep(config, schema);
        var order = ListOrder.Merge([.. old.Keys], [.. wanted.Keys]);
        return new JsonArray([.. order.Select(step => wanted.TryGetValue(step, out var item)
            ? old.TryGetValue(step, out var present) ? Merge(present.Value, item.Value, item.Schema) : item.Value?.DeepClone()
            : old[step].Value?.DeepClone())]);
    }
}

using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Schemas;

namespace LocalCluster.ApiServer.Ownership;

/// <summary>How values are taken apart into the steps of a <see cref="FieldSet"/>.</summary>
internal static class Steps
{
    public static string Field(string name) => $"f:{name}";

    /// <summary>True when the parts of a value are owned one by one.</summary>
    public static bool IsDivided(JsonNode? value, Schema schema) => value switch
    {
        JsonObject => !schema.IsAtomic,
        JsonArray => schema.List != ListTopology.Atomic,
        _ => false,
    };

    /// <summary>The parts of a divided value: step, part and the part's schema.</summary>
    public static IEnumerable<(string Step, JsonNode? Value, Schema Schema)> Of(JsonNode? value, Schema schema)
    {
        switch (value)
        {
            case JsonObject fields:
                foreach (var (name, field) in fields)
                {
                    yield return (Field(name), field, schema.FieldOrAnything(name));
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    yield return (Item(item, schema), item, schema.Items ?? Schema.Anything);
                }

                break;
        }
    }

    /// <summary>The step of an item of a set or map list.</summary>
    public static string Item(JsonNode? item, Schema list)
    {
        if (list.List == ListTopology.Set)
        {
            return $"v:{JsonText.ToText(item)}";
        }

        var key = new JsonObject();
        foreach (var name in list.MapKeys.Order(StringComparer.Ordinal))
        {
            // A key field that is left out counts with its default, else two writers would make two items.
            key[name] = (item.At(name) ?? list.Items?.Field(name)?.Default)?.DeepClone();
        }

        return $"k:{JsonText.ToText(key)}";
    }

    /// <summary>The parts by step; of items with the same key the last counts.</summary>
    public static Dictionary<string, (JsonNode? Value, Schema Schema)> ByStep(JsonNode? value, Schema schema)
    {
        var result = new Dictionary<string, (JsonNode? Value, Schema Schema)>(StringComparer.Ordinal);
        foreach (var (step, part, partSchema) in Of(value, schema))
        {
            result[step] = (part, partSchema);
        }

        return result;
    }
}

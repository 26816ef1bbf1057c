using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Schemas;

/// <summary>Brings an object into the form its schema has: fields it does not know and nulls it does not allow go.</summary>
internal static class Pruner
{
    /// <summary>Prunes in place.</summary>
    /// <param name="unknown">Gets the paths of the fields that were dropped because nobody knows them.</param>
    public static void Prune(JsonNode? value, Schema schema, string path, ICollection<string> unknown)
    {
        switch (value)
        {
            case JsonObject fields:
                PruneObject(fields, schema, path, unknown);
                break;
            case JsonArray items when schema.Items is not null:
                for (var i = 0; i < items.Count; i++)
                {
                    Prune(items[i], schema.Items, $"{path}[{i}]", unknown);
                }

                break;
        }
    }

    private static void PruneObject(JsonObject fields, Schema schema, string path, ICollection<string> unknown)
    {
        foreach (var name in fields.Select(f => f.Key).ToList())
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            var value = fields[name];
            if (schema.Field(name) is { } field)
            {
                if (value is null && !field.Nullable && !field.IsAny)
                {
                    fields.Remove(name);
                }
                else if (field.Rules.Format == BuiltInSchemas.Quantity && value?.GetValueKind() == JsonValueKind.Number)
                {
                    // A quantity may be written as a number; it is a string to everybody who reads it.
                    fields[name] = value.ToJsonString();
                }
                else
                {
                    Prune(value, field, at, unknown);
                }
            }
            else if (!schema.PreserveUnknown && schema.Type == "object")
            {
                fields.Remove(name);
                unknown.Add(at);
            }
        }
    }
}

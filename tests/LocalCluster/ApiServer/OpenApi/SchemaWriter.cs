using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Schemas;

namespace LocalCluster.ApiServer.OpenApi;

/// <summary>Writes schemas as OpenAPI v3; shared types become references, which it remembers.</summary>
internal sealed class SchemaWriter
{
    private readonly SortedDictionary<string, Schema> _used = new(StringComparer.Ordinal);
    private readonly Queue<Schema> _pending = new();

    /// <summary>The schemas of all shared types that were referred to, and of those they refer to.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode?>> Referenced()
    {
        while (_pending.TryDequeue(out var schema))
        {
            yield return KeyValuePair.Create(schema.Name!, (JsonNode?)Definition(schema));
        }
    }

    /// <summary>The schema itself, even if it is a shared type.</summary>
    public JsonObject Definition(Schema schema)
    {
        var result = new JsonObject();
        AddDescription(result, schema);
        if (schema.Type is not null && !schema.IntOrString)
        {
            result["type"] = schema.Type;
        }

        if (schema.Properties.Count > 0)
        {
            result["properties"] = new JsonObject(schema.Properties.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Use(p.Value))));
        }

        if (schema.Required.Count > 0)
        {
            result["required"] = new JsonArray([.. schema.Required.Select(r => (JsonNode)r)]);
        }

        if (schema.Values is { } values)
        {
            result["additionalProperties"] = Use(values);
        }

        if (schema.Items is { } items)
        {
            result["items"] = Use(items);
        }

        if (schema.Default is { } value)
        {
            result["default"] = value.DeepClone();
        }

        AddExtensions(result, schema);
        RuleWriter.Add(result, schema.Rules, this);
        return result;
    }

    /// <summary>The schema as it stands at the place of a field.</summary>
    public JsonObject Use(Schema schema)
    {
        if (schema.Name is not { } name)
        {
            return Definition(schema);
        }

        if (_used.TryAdd(name, schema))
        {
            _pending.Enqueue(schema);
        }

        var result = new JsonObject { ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = $"#/components/schemas/{name}" }) };
        AddDescription(result, schema);
        if (schema.Default is { } value)
        {
            result["default"] = value.DeepClone();
        }

        AddPatch(result, schema);
        return result;
    }

    private static void AddDescription(JsonObject result, Schema schema)
    {
        if (schema.Description.Length > 0)
        {
            result["description"] = schema.Description;
        }
    }

    private static void AddExtensions(JsonObject result, Schema schema)
    {
        if (schema.Nullable)
        {
            result["nullable"] = true;
        }

        if (schema.IntOrString)
        {
            result["x-kubernetes-int-or-string"] = true;
        }

        if (schema.PreserveUnknown)
        {
            result["x-kubernetes-preserve-unknown-fields"] = true;
        }

        if (schema.EmbeddedResource)
        {
            result["x-kubernetes-embedded-resource"] = true;
        }

        if (schema.Type == "array")
        {
            result["x-kubernetes-list-type"] = schema.List.ToString().ToLowerInvariant();
        }

        if (schema.MapKeys.Count > 0)
        {
            result["x-kubernetes-list-map-keys"] = new JsonArray([.. schema.MapKeys.Select(k => (JsonNode)k)]);
        }

        if (schema.IsAtomic)
        {
            result["x-kubernetes-map-type"] = "atomic";
        }

        AddPatch(result, schema);
    }

    private static void AddPatch(JsonObject result, Schema schema)
    {
        string[] strategies = [.. schema.PatchMergeKey is null ? [] : (string[])["merge"], .. schema.PatchRetainKeys ? (string[])["retainKeys"] : []];
        if (strategies.Length > 0)
        {
            result["x-kubernetes-patch-strategy"] = string.Join(',', strategies);
        }

        if (schema.PatchMergeKey is { Length: > 0 } key)
        {
            result["x-kubernetes-patch-merge-key"] = key;
        }
    }
}

using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Cel;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Schemas;

namespace LocalCluster.ApiServer.CustomResources;

/// <summary>What a schema must keep to be served: structural, and with rules that can be read.</summary>
internal static class SchemaRules
{
    public static void Validate(JsonObject schema, string path, FieldErrors errors)
    {
        var isOpen = schema["x-kubernetes-preserve-unknown-fields"].AsBool() == true || schema["x-kubernetes-int-or-string"].AsBool() == true;
        if (string.IsNullOrEmpty(schema.TextAt("type")) && !isOpen)
        {
            errors.Required($"{path}.type", "must not be empty for specified object fields");
        }

        if (schema.ArrayAt("x-kubernetes-list-map-keys") is { } keys && schema.TextAt("x-kubernetes-list-type") != "map")
        {
            errors.Invalid($"{path}.x-kubernetes-list-map-keys", keys, "must not be used when x-kubernetes-list-type is not map");
        }

        CheckKeys(schema, path, errors);
        CheckDefault(schema, path, errors);
        var index = 0;
        foreach (var rule in schema.ObjectsAt("x-kubernetes-validations"))
        {
            var text = rule.TextAt("rule") ?? "";
            if (RuleValidator.Problem(text, schema) is { } problem)
            {
                errors.Invalid($"{path}.x-kubernetes-validations[{index}].rule", text, $"compilation failed: {problem}");
            }

            index++;
        }

        foreach (var (name, property) in schema.ObjectAt("properties") ?? [])
        {
            if (property is JsonObject nested)
            {
                Validate(nested, $"{path}.properties[{name}]", errors);
            }
        }

        foreach (var field in (ReadOnlySpan<string>)["items", "additionalProperties"])
        {
            if (schema[field] is JsonObject nested)
            {
                Validate(nested, $"{path}.{field}", errors);
            }
        }
    }

    private static void CheckKeys(JsonObject list, string path, FieldErrors errors)
    {
        var required = list.ObjectAt("items")?.ArrayAt("required")?.Select(r => r.AsText()).ToHashSet(StringComparer.Ordinal) ?? [];
        foreach (var key in list.ArrayAt("x-kubernetes-list-map-keys")?.Select(k => k.AsText() ?? "") ?? [])
        {
            if (list.ObjectAt("items", "properties", key) is { } property && property["default"] is null && !required.Contains(key))
            {
                errors.Required(
                    $"{path}.items.properties[{key}].default",
                    "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
            }
        }
    }

    // A default has to keep the schema and its rules as it is written, without the defaults within it.
    private static void CheckDefault(JsonObject schema, string path, FieldErrors errors)
    {
        if (schema["default"] is not { } given)
        {
            return;
        }

        var own = new FieldErrors();
        var read = OpenApiSchemaReader.Read(schema);
        Validator.Validate(given, read, $"{path}.default", own);
        if (!own.AreBlocking)
        {
            RuleValidator.Validate(given, given, read, $"{path}.default", own);
        }

        errors.Add(own);
    }
}

using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Cel;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;

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

        var index = 0;
        foreach (var rule in schema.ObjectsAt("x-kubernetes-validations"))
        {
            var text = rule.TextAt("rule") ?? "";
            if (RuleValidator.Problem(text) is { } problem)
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
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Schemas;

/// <summary>Checks an object against its schema.</summary>
internal static class Validator
{
    public static void Validate(JsonNode? value, Schema schema, string path, FieldErrors errors)
    {
        if (value is null)
        {
            if (!schema.Nullable && schema.Type is not null)
            {
                errors.WrongType(path, "null", schema.Type);
            }

            return;
        }

        // A value of a wrong type breaks other rules too; only the first is news.
        if (!HasType(value, schema, path, errors))
        {
            return;
        }

        ValueValidator.Validate(value, schema.Rules, path, errors);
        switch (value)
        {
            case JsonObject fields:
                ValidateObject(fields, schema, path, errors);
                break;
            case JsonArray items:
                ValidateArray(items, schema, path, errors);
                break;
        }
    }

    private static void ValidateObject(JsonObject fields, Schema schema, string path, FieldErrors errors)
    {
        foreach (var name in schema.Required.Where(n => !fields.ContainsKey(n)))
        {
            errors.Required(Join(path, name));
        }

        foreach (var (name, value) in fields)
        {
            if (schema.Properties.TryGetValue(name, out var field))
            {
                Validate(value, field, Join(path, name), errors);
            }
            else if (schema.Values is not null)
            {
                Validate(value, schema.Values, $"{path}.{name}", errors);
            }
        }
    }

    private static void ValidateArray(JsonArray items, Schema schema, string path, FieldErrors errors)
    {
        if (schema.Items is not null)
        {
            for (var i = 0; i < items.Count; i++)
            {
                Validate(items[i], schema.Items, $"{path}[{i}]", errors);
            }
        }

        if (schema.List == ListTopology.Atomic)
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            var identity = schema.List == ListTopology.Map ? KeyOf(items[i], schema) : items[i]?.DeepClone();
            if (!seen.Add(JsonText.ToText(identity)))
            {
                errors.Duplicate($"{path}[{i}]", identity);
            }
        }
    }

    private static JsonObject KeyOf(JsonNode? item, Schema schema) =>
        new(schema.MapKeys.Select(k => KeyValuePair.Create(k, (item.At(k) ?? schema.Items?.Field(k)?.Default)?.DeepClone())));

    private static bool HasType(JsonNode value, Schema schema, string path, FieldErrors errors)
    {
        var kind = value.GetValueKind();
        if (schema.IntOrString)
        {
            return Check(kind == JsonValueKind.String || IsInteger(value, kind) || schema.Rules.Format == BuiltInSchemas.Quantity, "integer,string");
        }

        return schema.Type switch
        {
            "object" => Check(kind == JsonValueKind.Object, "object"),
            "array" => Check(kind == JsonValueKind.Array, "array"),
            "string" => Check(kind == JsonValueKind.String, "string"),
            "boolean" => Check(kind is JsonValueKind.True or JsonValueKind.False, "boolean"),
            "number" => Check(kind == JsonValueKind.Number, "number"),
            "integer" => Check(IsInteger(value, kind), "integer"),
            _ => true,
        };

        bool Check(bool isRight, string expected)
        {
            if (!isRight)
            {
                errors.WrongType(path, NameOf(value, kind), expected);
            }

            return isRight;
        }
    }

    private static bool IsInteger(JsonNode value, JsonValueKind kind) =>
        kind == JsonValueKind.Number
        && double.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number) && Math.Floor(number) == number;

    private static string NameOf(JsonNode value, JsonValueKind kind) => kind switch
    {
        JsonValueKind.Number => IsInteger(value, kind) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}

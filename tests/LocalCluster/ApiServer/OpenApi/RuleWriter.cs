using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Schemas;

namespace LocalCluster.ApiServer.OpenApi;

/// <summary>Writes the constraints of a value.</summary>
internal static class RuleWriter
{
    public static void Add(JsonObject result, ValueRules rules, SchemaWriter writer)
    {
        if (ReferenceEquals(rules, ValueRules.None))
        {
            return;
        }

        if (rules.Enum.Count > 0)
        {
            result["enum"] = new JsonArray([.. rules.Enum.Select(e => e?.DeepClone())]);
        }

        Add(result, "minimum", rules.Minimum);
        Add(result, "maximum", rules.Maximum);
        Add(result, "multipleOf", rules.MultipleOf);
        Add(result, "exclusiveMinimum", rules.ExclusiveMinimum);
        Add(result, "exclusiveMaximum", rules.ExclusiveMaximum);
        Add(result, "uniqueItems", rules.UniqueItems);
        Add(result, "minLength", rules.MinLength);
        Add(result, "maxLength", rules.MaxLength);
        Add(result, "minItems", rules.MinItems);
        Add(result, "maxItems", rules.MaxItems);
        Add(result, "minProperties", rules.MinProperties);
        Add(result, "maxProperties", rules.MaxProperties);
        Add(result, "pattern", rules.Pattern);
        Add(result, "format", rules.Format);
        Add(result, "allOf", rules.AllOf, writer);
        Add(result, "anyOf", rules.AnyOf, writer);
        Add(result, "oneOf", rules.OneOf, writer);
        if (rules.Not is { } not)
        {
            result["not"] = writer.Definition(not);
        }
    }

    // Whole numbers are written as such: some readers insist.
    private static void Add(JsonObject result, string name, double? value)
    {
        if (value is { } number)
        {
            result[name] = JsonNode.Parse(number.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void Add(JsonObject result, string name, long? value)
    {
        if (value is { } number)
        {
            result[name] = number;
        }
    }

    private static void Add(JsonObject result, string name, string? value)
    {
        if (value is not null)
        {
            result[name] = value;
        }
    }

    private static void Add(JsonObject result, string name, bool value)
    {
        if (value)
        {
            result[name] = true;
        }
    }

    private static void Add(JsonObject result, string name, IReadOnlyList<Schema> schemas, SchemaWriter writer)
    {
        if (schemas.Count > 0)
        {
            result[name] = new JsonArray([.. schemas.Select(s => (JsonNode)writer.Definition(s))]);
        }
    }
}

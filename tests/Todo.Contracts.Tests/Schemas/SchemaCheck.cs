using System.Text.Json;

namespace Todo.Contracts.Tests.Schemas;

/// <summary>
/// Checks a value against one of the written schemas, more strictly than JSON Schema: what the schema does not name must not be there, and a keyword that is not
/// understood here is a problem too.
/// </summary>
public static class SchemaCheck
{
    private static readonly string[] Annotations = ["$schema", "$id", "title", "description", "default"];

    /// <summary>The schema of a type of event, from docs/reference/events.</summary>
    public static JsonElement Load(string type)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Operator.sln")))
        {
            folder = Directory.GetParent(folder)!.FullName;
        }

        return JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(folder, "docs", "reference", "events", type + ".json")));
    }

    /// <summary>What is wrong with the value; nothing: it is valid.</summary>
    public static IEnumerable<string> Problems(JsonElement schema, JsonElement value, string at = "$") =>
        schema.EnumerateObject().SelectMany(keyword => keyword.Name switch
        {
            "type" => Types(keyword.Value).Any(x => Is(value, x)) ? [] : [$"{at} is {value.ValueKind}, not {keyword.Value}"],
            "required" when value.ValueKind == JsonValueKind.Object =>
                keyword.Value.EnumerateArray().Where(x => !value.TryGetProperty(x.GetString()!, out _)).Select(x => $"{at}.{x} is missing"),
            "properties" when value.ValueKind == JsonValueKind.Object => value.EnumerateObject().SelectMany(x =>
                keyword.Value.TryGetProperty(x.Name, out var property) ? Problems(property, x.Value, $"{at}.{x.Name}") : [$"{at}.{x.Name} is not in the schema"]),
            "items" when value.ValueKind == JsonValueKind.Array => value.EnumerateArray().SelectMany((x, i) => Problems(keyword.Value, x, $"{at}[{i}]")),
            "enum" => keyword.Value.EnumerateArray().Any(x => JsonElement.DeepEquals(x, value)) ? [] : [$"{at} is {value}, not one of {keyword.Value}"],
            "format" when value.ValueKind == JsonValueKind.String => HasFormat(value, keyword.Value.GetString()!) ? [] : [$"{at} is '{value}', not a {keyword.Value}"],
            "required" or "properties" or "items" or "format" => [],
            _ when Annotations.Contains(keyword.Name) => [],
            _ => [$"{at} has a schema with the unknown keyword {keyword.Name}"],
        });

    private static IEnumerable<string> Types(JsonElement type) => type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(x => x.GetString()!) : [type.GetString()!];

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };

    private static bool HasFormat(JsonElement value, string format) => format switch
    {
        "uuid" => value.TryGetGuid(out _),
        "date-time" => value.TryGetDateTimeOffset(out _) && value.GetString()!.Contains('T', StringComparison.Ordinal),
        _ => false,
    };
}

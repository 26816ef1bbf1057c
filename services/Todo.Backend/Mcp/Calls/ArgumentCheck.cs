using System.Globalization;
using System.Text.Json;

namespace Todo.Backend.Mcp.Calls;

/// <summary>
/// Holds arguments against the tool's own schema, so that what tools/list promises is what is accepted. Only the keywords that our schemas use are known: types,
/// enum, bounds of numbers, lengths of texts and arrays. Every argument that is wrong is named, not just the first.
/// </summary>
internal static class ArgumentCheck
{
    public static void ThrowIfRefused(JsonElement schema, IDictionary<string, JsonElement>? arguments)
    {
        var wrong = new Dictionary<string, string>();
        var properties = schema.GetProperty("properties");
        foreach (var (name, value) in arguments ?? new Dictionary<string, JsonElement>())
        {
            if (!properties.TryGetProperty(name, out var property))
            {
                wrong[name] = name == "user_id"
                    ? "Leave it out: the user is the one who signed in."
                    : $"There is no such argument. There are {string.Join(", ", properties.EnumerateObject().Select(p => p.Name))}.";
            }
            else if (Problem(property, value) is { } problem)
            {
                wrong[name] = problem;
            }
        }

        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Select(r => r.GetString()!).Where(r => arguments?.ContainsKey(r) != true))
            {
                wrong[name] = "It is required.";
            }
        }

        if (wrong.Count > 0)
        {
            throw ToolException.For(wrong);
        }
    }

    private static string? Problem(JsonElement schema, JsonElement value)
    {
        var types = Types(schema);
        if (value.ValueKind == JsonValueKind.Null)
        {
            return types.Contains("null") ? null : $"It must not be null: {Expected(types)}.";
        }

        if (!types.Any(type => Is(type, value)))
        {
            return $"{Expected(types)} is expected.";
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => Text(schema, value),
            JsonValueKind.Number => Bounds(schema, value.GetDecimal(), "minimum", "maximum", ""),
            JsonValueKind.Array => Bounds(schema, value.GetArrayLength(), "minItems", "maxItems", " entries")
                ?? value.EnumerateArray().Select(item => Problem(schema.GetProperty("items"), item)).FirstOrDefault(problem => problem is not null),
            _ => null,
        };
    }

    private static string? Text(JsonElement schema, JsonElement value)
    {
        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape.
            return "Not valid Unicode text.";
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "Not valid Unicode text.";
        }

        if (schema.TryGetProperty("enum", out var allowed))
        {
            var names = allowed.EnumerateArray().Where(a => a.ValueKind == JsonValueKind.String).Select(a => a.GetString()!).ToList();
            return names.Contains(text, StringComparer.OrdinalIgnoreCase) ? null : $"One of {string.Join(", ", names)}.";
        }

        return Bounds(schema, text.EnumerateRunes().Count(), "minLength", "maxLength", " characters");
    }

    private static string? Bounds(JsonElement schema, decimal value, string min, string max, string unit)
    {
        decimal? least = schema.TryGetProperty(min, out var l) ? l.GetDecimal() : null;
        decimal? most = schema.TryGetProperty(max, out var m) ? m.GetDecimal() : null;
        return value >= (least ?? value) && value <= (most ?? value) ? null
            : string.Create(CultureInfo.InvariantCulture, $"{(least, most) switch
            {
                ({ } from, { } to) => $"From {from} to {to}",
                ({ } from, null) => $"At least {from}",
                _ => $"At most {most}",
            }}{unit}.");
    }

    private static List<string> Types(JsonElement schema) => schema.TryGetProperty("type", out var type)
        ? type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)] : [type.GetString()!]
        : [];

    private static bool Is(string type, JsonElement value) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "array" => value.ValueKind == JsonValueKind.Array,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => false,
    };

    private static string Expected(List<string> types) => string.Join(" or ", types.Where(type => type != "null").Select(type => type switch
    {
        "string" => "A string",
        "boolean" => "true or false",
        "array" => "An array of whole numbers",
        _ => "A whole number",
    }));
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Tables;

/// <summary>
/// The part of JSONPath that printer columns use: <c>.a.b</c>, <c>['a']</c>, <c>[0]</c>, <c>[-1]</c>, <c>[*]</c> and <c>[?(@.a=="b")]</c>, with <c>\.</c> for a dot in a name.
/// </summary>
internal sealed class JsonPath
{
    private readonly List<Func<JsonNode?, IEnumerable<JsonNode?>>> _steps = [];

    private JsonPath(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] == '[')
            {
                var end = text.IndexOf(']', at);
                if (end < 0)
                {
                    throw new FormatException($"the JSONPath {text} lacks a ]");
                }

                _steps.Add(Bracket(text[(at + 1)..end].Trim()));
                at = end + 1;
            }
            else
            {
                at += text[at] == '.' ? 1 : 0;
                var name = ReadName(text, ref at);
                if (name.Length > 0)
                {
                    _steps.Add(Named(name));
                }
            }
        }
    }

    public static JsonPath Parse(string text) => new(text.Trim('{', '}', ' '));

    /// <summary>The values at the path.</summary>
    public IReadOnlyList<JsonNode?> Evaluate(JsonNode? root)
    {
        IEnumerable<JsonNode?> current = [root];
        foreach (var step in _steps)
        {
            current = current.SelectMany(step);
        }

        return [.. current];
    }

    private static string ReadName(string text, ref int at)
    {
        var name = new StringBuilder();
        while (at < text.Length && text[at] is not ('.' or '['))
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            name.Append(text[at++]);
        }

        return name.ToString();
    }

    private static Func<JsonNode?, IEnumerable<JsonNode?>> Named(string name) => name == "*"
        ? All
        : node => node is JsonObject fields && fields.TryGetPropertyValue(name, out var value) ? [value] : [];

    private static Func<JsonNode?, IEnumerable<JsonNode?>> Bracket(string text)
    {
        if (text == "*")
        {
            return All;
        }

        if (text.StartsWith("?(", StringComparison.Ordinal))
        {
            return Filter(text[2..].TrimEnd(')'));
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)
            ? node => node is JsonArray items && At(items, index) is { } item ? [item] : []
            : Named(text.Trim('\'', '"'));
    }

    private static Func<JsonNode?, IEnumerable<JsonNode?>> Filter(string condition)
    {
        var parts = condition.Split(["==", "!="], 2, StringSplitOptions.TrimEntries);
        var path = Parse(parts[0].TrimStart('@'));
        if (parts.Length == 1)
        {
            return node => All(node).Where(i => path.Evaluate(i).Count > 0);
        }

        var wanted = parts[1].Trim('\'', '"');
        var isEqual = condition.Contains("==", StringComparison.Ordinal);
        return node => All(node).Where(i => path.Evaluate(i).Any(v => (v.AsText() ?? v?.ToJsonString()) == wanted) == isEqual);
    }

    private static IEnumerable<JsonNode?> All(JsonNode? node) => node switch
    {
        JsonArray items => items,
        JsonObject fields => fields.Select(f => f.Value),
        _ => [],
    };

    private static JsonNode? At(JsonArray items, int index)
    {
        index = index < 0 ? items.Count + index : index;
        return index >= 0 && index < items.Count ? items[index] : null;
    }
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Kubernetes.Operator.Manifests;

/// <summary>Writes JSON trees as YAML that is the same every time: order kept, texts plain where YAML cannot mistake them, else quoted as in JSON.</summary>
public static partial class YamlWriter
{
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Documents, separated by <c>---</c>.</summary>
    /// <param name="documents">The documents.</param>
    /// <param name="comment">A line to put at the head; null for none.</param>
    public static string Write(IEnumerable<JsonObject> documents, string? comment = null)
    {
        var text = new StringBuilder();
        if (comment is not null)
        {
            text.Append("# ").Append(comment).Append('\n');
        }

        var isFirst = true;
        foreach (var document in documents)
        {
            text.Append(isFirst ? "" : "---\n");
            Mapping(text, document, 0, startsOnNewLine: true);
            isFirst = false;
        }

        return text.ToString();
    }

    private static void Mapping(StringBuilder text, JsonObject node, int indent, bool startsOnNewLine)
    {
        foreach (var (name, value) in node)
        {
            text.Append(' ', startsOnNewLine ? indent : 0).Append(Scalar(name)).Append(':');
            startsOnNewLine = true;
            Value(text, value, indent);
        }
    }

    private static void Value(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } mapping:
                text.Append('\n');
                Mapping(text, mapping, indent + 2, startsOnNewLine: true);
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                foreach (var item in list)
                {
                    text.Append(' ', indent).Append('-');
                    Item(text, item, indent);
                }

                break;
            default:
                text.Append(' ').Append(Leaf(value)).Append('\n');
                break;
        }
    }

    private static void Item(StringBuilder text, JsonNode? item, int indent)
    {
        if (item is JsonObject { Count: > 0 } mapping)
        {
            text.Append(' ');
            Mapping(text, mapping, indent + 2, startsOnNewLine: false);
        }
        else
        {
            Value(text, item, indent + 2);
        }
    }

    private static string Leaf(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when value.GetValueKind() == JsonValueKind.String => Scalar(value.GetValue<string>()),
        _ => value.ToJsonString(),
    };

    private static string Scalar(string text) =>
        Plain().IsMatch(text) && !Ambiguous().IsMatch(text) && !text.EndsWith(' ') ? text : JsonSerializer.Serialize(text, Quoting);

    // Starts with a letter, a dot or a slash before a letter; no colon or hash that YAML would read, no line breaks.
    [GeneratedRegex(@"^[A-Za-z./][A-Za-z0-9 ./_()<>=,;+*?'-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^(true|false|yes|no|on|off|y|n|null|~|\.inf|\.nan|\.[0-9].*|\.)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Ambiguous();
}

using System.Text;
using System.Text.Json.Nodes;

namespace LocalCluster.Controllers.Deployments;

/// <summary>The value of the label <c>pod-template-hash</c> and the comparison of templates.</summary>
internal static class TemplateHash
{
    /// <summary>The label.</summary>
    public const string Label = "pod-template-hash";

    // No vowels and no characters that look alike, so that no words come out (Kubernetes' SafeEncodeString).
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Hash of a template; the count makes another one after two templates had the same.</summary>
    public static string Compute(JsonNode? template, int collisions)
    {
        var text = new StringBuilder();
        Canonical(template, text);
        if (collisions > 0)
        {
            text.Append(collisions);
        }

        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(text.ToString()))
        {
            hash = (hash ^ b) * 16777619u;
        }

        return string.Concat(hash.ToString(System.Globalization.CultureInfo.InvariantCulture).Select(c => Alphabet[c % Alphabet.Length]));
    }

    /// <summary>Whether two templates are the same but for the hash label.</summary>
    public static bool Same(JsonNode? left, JsonNode? right) => JsonNode.DeepEquals(WithoutHash(left), WithoutHash(right));

    private static JsonNode? WithoutHash(JsonNode? template)
    {
        var copy = template?.DeepClone();
        (copy?["metadata"]?["labels"] as JsonObject)?.Remove(Label);
        return copy;
    }

    private static void Canonical(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case JsonObject value:
                text.Append('{');
                foreach (var (name, child) in value.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    text.Append(name).Append(':');
                    Canonical(child, text);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonArray list:
                text.Append('[');
                foreach (var child in list)
                {
                    Canonical(child, text);
                    text.Append(',');
                }

                text.Append(']');
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }
}

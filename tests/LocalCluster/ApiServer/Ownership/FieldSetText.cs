using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Ownership;

/// <summary>FieldsV1, the JSON form of a <see cref="FieldSet"/>; and paths the way people read them.</summary>
internal static class FieldSetText
{
    // In FieldsV1 the place itself is written so when places below are in the set too.
    private const string Self = ".";

    public static JsonObject ToJson(FieldSet set)
    {
        var result = new JsonObject();
        if (set.IsMember && set.Children.Count > 0)
        {
            result[Self] = new JsonObject();
        }

        foreach (var (step, child) in set.Children)
        {
            result[step] = ToJson(child);
        }

        return result;
    }

    public static FieldSet FromJson(JsonObject fields) => FieldSet.Of(isMember: false, Children(fields));

    /// <summary><c>.spec.containers[name="app"].image</c></summary>
    public static string Display(IEnumerable<string> path)
    {
        var text = new StringBuilder();
        foreach (var step in path)
        {
            var rest = step[2..];
            text.Append(step[0] switch
            {
                'f' => $".{rest}",
                'k' => $"[{string.Join(',', ((JsonObject)JsonText.Parse(rest)!).Select(k => $"{k.Key}={k.Value?.ToJsonString() ?? "null"}"))}]",
                'v' => $"[={rest}]",
                _ => $"[{rest}]",
            });
        }

        return text.ToString();
    }

    private static FieldSet Nested(JsonObject fields) =>
        fields.Count == 0 ? FieldSet.Leaf : FieldSet.Of(fields.ContainsKey(Self), Children(fields));

    private static IEnumerable<KeyValuePair<string, FieldSet>> Children(JsonObject fields) =>
        fields.Where(f => f.Key != Self).Select(f => KeyValuePair.Create(f.Key, Nested(f.Value as JsonObject ?? [])));
}

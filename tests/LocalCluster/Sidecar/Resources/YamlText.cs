using System.Globalization;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace LocalCluster.Sidecar.Resources;

/// <summary>Reading YAML nodes without reflection: the sidecar starts in a fraction of a second.</summary>
internal static class YamlText
{
    public static YamlNode? At(this YamlNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            node = node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
        }

        return node;
    }

    public static string? Text(this YamlNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is YamlScalarNode scalar && !IsNull(scalar) ? scalar.Value : null;

    public static bool Flag(this YamlNode? node, params ReadOnlySpan<string> path) =>
        bool.TryParse(node.Text(path), out var value) && value;

    public static int? Number(this YamlNode? node, params ReadOnlySpan<string> path) =>
        int.TryParse(node.Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    public static IEnumerable<YamlNode> Items(this YamlNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is YamlSequenceNode list ? list.Children : [];

    public static IEnumerable<KeyValuePair<string, YamlNode>> Fields(this YamlNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is YamlMappingNode map
            ? map.Children.Select(pair => new KeyValuePair<string, YamlNode>(((YamlScalarNode)pair.Key).Value ?? "", pair.Value))
            : [];

    public static IReadOnlyList<string> Texts(this YamlNode? node, params ReadOnlySpan<string> path) =>
        [.. node.Items(path).OfType<YamlScalarNode>().Select(scalar => scalar.Value ?? "")];

    /// <summary>One text for one meaning: order of lists is kept, so a reordered list counts as a change, as it does for Dapr.</summary>
    public static string Canonical(this YamlNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    private static void Write(YamlNode? node, StringBuilder text)
    {
        switch (node)
        {
            case YamlScalarNode scalar:
                text.Append('"').Append(scalar.Value).Append('"');
                break;
            case YamlSequenceNode list:
                text.Append('[');
                foreach (var item in list.Children)
                {
                    Write(item, text);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case YamlMappingNode map:
                text.Append('{');
                foreach (var (key, value) in map.Fields().OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    text.Append(key).Append(':');
                    Write(value, text);
                    text.Append(',');
                }

                text.Append('}');
                break;
        }
    }

    private static bool IsNull(YamlScalarNode scalar) =>
        scalar.Style == YamlDotNet.Core.ScalarStyle.Plain && scalar.Value is null or "" or "null" or "~";
}

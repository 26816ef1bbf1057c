using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Json;

/// <summary>Reading and writing inside untyped objects without caring which CLR type a number was made from.</summary>
internal static class JsonPathExtensions
{
    /// <summary>The node at a path of property names, or null.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (node is not JsonObject value || !value.TryGetPropertyValue(name, out node))
            {
                return null;
            }
        }

        return node;
    }

    /// <summary>The string at a path, or null when it is absent or not a string.</summary>
    public static string? TextAt(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path).AsText();

    public static long? NumberAt(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path).AsLong();

    public static JsonObject? ObjectAt(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject;

    public static JsonArray? ArrayAt(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonArray;

    /// <summary>The objects of the array at a path; none when it is absent.</summary>
    public static IEnumerable<JsonObject> ObjectsAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        (node.At(path) as JsonArray)?.OfType<JsonObject>() ?? [];

    public static string? AsText(this JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static bool? AsBool(this JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>A whole number whatever it was made from; null for anything else.</summary>
    public static long? AsLong(this JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number && long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    public static double? AsDouble(this JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number ? double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture) : null;

    /// <summary>The object at a path, made where it is missing.</summary>
    public static JsonObject Ensure(this JsonObject node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (node[name] is not JsonObject next)
            {
                next = [];
                node[name] = next;
            }

            node = next;
        }

        return node;
    }

    /// <summary>Sets a property to a copy of a node that may sit in another tree; null removes it.</summary>
    public static void SetCopy(this JsonObject target, string name, JsonNode? value)
    {
        if (value is null)
        {
            target.Remove(name);
        }
        else
        {
            target[name] = value.DeepClone();
        }
    }

    /// <summary>Sets a value only where there is none.</summary>
    public static void Default(this JsonObject target, string name, JsonNode value)
    {
        if (target[name] is null)
        {
            target[name] = value;
        }
    }

    public static JsonObject Copy(this JsonObject value) => (JsonObject)value.DeepClone();
}

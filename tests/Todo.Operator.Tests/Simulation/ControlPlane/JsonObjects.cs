using System.Globalization;
using System.Text.Json.Nodes;

namespace Todo.Operator.Tests.Simulation.ControlPlane;

/// <summary>Short ways into objects as JSON.</summary>
internal static class JsonObjects
{
    public static JsonObject Metadata(this JsonObject value) => (JsonObject)value["metadata"]!;

    public static string Name(this JsonObject value) => value.Metadata()["name"]!.GetValue<string>();

    public static string? Namespace(this JsonObject value) => value.Metadata()["namespace"]?.GetValue<string>();

    public static string Uid(this JsonObject value) => value.Metadata()["uid"]!.GetValue<string>();

    public static string Version(this JsonObject value) => value.Metadata()["resourceVersion"]!.GetValue<string>();

    public static long Generation(this JsonObject value) => value.Metadata()["generation"] is JsonValue g ? Convert.ToInt64(g.ToString(), CultureInfo.InvariantCulture) : 0;

    public static bool IsDeleting(this JsonObject value) => value.Metadata()["deletionTimestamp"] is not null;

    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            node = (node as JsonObject)?[step];
        }

        return node is JsonValue ? node.ToString() : null;
    }

    public static JsonObject Copy(this JsonObject value) => (JsonObject)value.DeepClone();

    public static JsonObject Having(this JsonObject value, string field, JsonNode? content)
    {
        value[field] = content;
        return value;
    }

    public static JsonObject Marked(this JsonObject value, string deletionTimestamp)
    {
        value.Metadata()["deletionTimestamp"] = deletionTimestamp;
        return value;
    }

    public static JsonObject WithGeneration(this JsonObject value, long generation)
    {
        value.Metadata()["generation"] = generation;
        return value;
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Patching;

/// <summary>JSON patch, RFC 6902.</summary>
internal static class JsonPatch
{
    public static JsonNode? Apply(JsonNode? document, JsonArray operations)
    {
        foreach (var operation in operations)
        {
            document = ApplyOne(document, operation as JsonObject ?? throw ApiErrors.BadRequest("a JSON patch is an array of objects"));
        }

        return document;
    }

    private static JsonNode? ApplyOne(JsonNode? document, JsonObject operation)
    {
        var path = Pointer(operation, "path");
        switch (operation.TextAt("op"))
        {
            case "add":
                return Add(document, path, Value(operation));
            case "remove":
                Remove(document, path);
                return document;
            case "replace":
                return Replace(document, path, Value(operation));
            case "move":
                var moved = Find(document, Pointer(operation, "from")).DeepCloneOrNull();
                Remove(document, Pointer(operation, "from"));
                return Add(document, path, moved);
            case "copy":
                return Add(document, path, Find(document, Pointer(operation, "from")).DeepCloneOrNull());
            case "test":
                return Test(document, path, Value(operation));
            case var other:
                throw ApiErrors.BadRequest($"Unexpected kind of JSON patch operation: {other}");
        }
    }

    private static JsonNode? Test(JsonNode? document, string[] path, JsonNode? expected)
    {
        // A missing value equals null, as in the library that Kubernetes uses.
        var actual = TryFind(document, path, out var found) ? found : null;
        return JsonNode.DeepEquals(actual, expected)
            ? document
            : throw Failed($"testing value /{string.Join('/', path)} failed: test failed");
    }

    private static JsonNode? Add(JsonNode? document, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value;
        }

        switch (Find(document, path[..^1]))
        {
            case JsonObject parent:
                parent[path[^1]] = value;
                break;
            case JsonArray parent:
                parent.Insert(path[^1] == "-" ? parent.Count : Index(path[^1], parent.Count + 1), value);
                break;
            default:
                throw Missing(path);
        }

        return document;
    }

    private static JsonNode? Replace(JsonNode? document, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value;
        }

        _ = Find(document, path);
        switch (Find(document, path[..^1]))
        {
            case JsonObject parent:
                parent[path[^1]] = value;
                break;
            case JsonArray parent:
                parent[Index(path[^1], parent.Count)] = value;
                break;
        }

        return document;
    }

    private static void Remove(JsonNode? document, string[] path)
    {
        if (path.Length == 0)
        {
            throw Missing(path);
        }

        switch (Find(document, path[..^1]))
        {
            case JsonObject parent when parent.Remove(path[^1]):
                break;
            case JsonArray parent:
                parent.RemoveAt(Index(path[^1], parent.Count));
                break;
            default:
                throw Missing(path);
        }
    }

    private static JsonNode? Find(JsonNode? document, string[] path) => TryFind(document, path, out var found) ? found : throw Missing(path);

    private static bool TryFind(JsonNode? node, string[] path, out JsonNode? found)
    {
        found = node;
        foreach (var part in path)
        {
            switch (found)
            {
                case JsonObject parent when parent.TryGetPropertyValue(part, out var next):
                    found = next;
                    break;
                case JsonArray parent when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < parent.Count:
                    found = parent[index];
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private static int Index(string text, int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < count
            ? index
            : throw Failed($"Unable to access invalid index: {text}");

    private static string[] Pointer(JsonObject operation, string field)
    {
        var text = operation.TextAt(field) ?? throw ApiErrors.BadRequest($"a JSON patch operation needs \"{field}\"");
        return text.Length == 0
            ? []
            : [.. text.TrimStart('/').Split('/').Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Value(JsonObject operation) =>
        operation.TryGetPropertyValue("value", out var value) ? value.DeepCloneOrNull() : throw ApiErrors.BadRequest("a JSON patch operation needs \"value\"");

    private static ApiException Missing(string[] path) =>
        Failed($"the server rejected our request due to an error in our request: path /{string.Join('/', path)} does not exist");

    private static ApiException Failed(string message) => new(422, "Invalid", message);

    private static JsonNode? DeepCloneOrNull(this JsonNode? node) => node?.DeepClone();
}

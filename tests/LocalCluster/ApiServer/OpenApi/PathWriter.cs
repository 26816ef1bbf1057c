using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.OpenApi;

/// <summary>Writes the paths of a resource, with the operations and parameters that clients look for.</summary>
internal static class PathWriter
{
    // Clients ask whether a server can validate and try things out by looking for these parameters of patch.
    private static readonly string[] WriteParameters = ["dryRun", "fieldManager", "fieldValidation"];

    public static void Add(JsonObject paths, string root, ResourceInfo resource, string schema, JsonObject kind)
    {
        var collection = resource.Type.Namespaced ? $"{root}/namespaces/{{namespace}}/{resource.Type.Plural}" : $"{root}/{resource.Type.Plural}";
        paths[collection] = new JsonObject
        {
            ["get"] = Operation("list", kind, schema, [], null),
            ["post"] = Operation("post", kind, schema, WriteParameters, ["application/json"]),
        };
        string[] patchTypes = resource.IsCustom
            ? ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"]
            : ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"];
        paths[$"{collection}/{{name}}"] = new JsonObject
        {
            ["get"] = Operation("get", kind, schema, [], null),
            ["put"] = Operation("put", kind, schema, WriteParameters, ["application/json"]),
            ["patch"] = Operation("patch", kind, schema, [.. WriteParameters, "force"], patchTypes),
            ["delete"] = Operation("delete", kind, schema, ["dryRun"], null),
        };
    }

    private static JsonObject Operation(string action, JsonObject kind, string schema, string[] parameters, string[]? bodies)
    {
        var operation = new JsonObject
        {
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = kind.DeepClone(),
            ["parameters"] = new JsonArray([.. parameters.Select(p => (JsonNode)new JsonObject
            {
                ["name"] = p, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = p == "force" ? "boolean" : "string" },
            })]),
            ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK", ["content"] = Content(["application/json"], schema) } },
        };
        if (bodies is not null)
        {
            operation["requestBody"] = new JsonObject { ["content"] = Content(bodies, schema) };
        }

        return operation;
    }

    private static JsonObject Content(string[] types, string schema) =>
        new(types.Select(t => KeyValuePair.Create(t, (JsonNode?)new JsonObject { ["schema"] = new JsonObject { ["$ref"] = schema } })));
}

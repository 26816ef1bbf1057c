using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Patching;
using LocalCluster.ApiServer.Writing;

namespace LocalCluster.ApiServer.Http;

/// <summary>PATCH in its four forms.</summary>
internal sealed class PatchHandler(ObjectWriter writer)
{
    private const string JsonPatchType = "application/json-patch+json";
    private const string MergePatchType = "application/merge-patch+json";
    private const string StrategicType = "application/strategic-merge-patch+json";
    private const string ApplyType = "application/apply-patch+yaml";

    public async Task<WriteResult> PatchAsync(RequestContext context)
    {
        var type = BodyReader.ContentType(context.Http);
        var patch = BodyReader.Parse(await BodyReader.ReadBytesAsync(context.Http), isYaml: type == ApplyType);
        if (type == ApplyType)
        {
            return Apply(context, patch as JsonObject ?? throw WrongBody());
        }

        var change = Reader(context, type, patch);
        return writer.Update(
            context.Resource,
            context.Key,
            current => change(current) as JsonObject ?? throw ApiErrors.BadRequest("the patched document is not an object"),
            context.WriteOptions());
    }

    /// <summary>The patch as a function of the current document.</summary>
    public static Func<JsonObject, JsonNode?> Reader(RequestContext context, string type, JsonNode? patch) => (type, patch) switch
    {
        (JsonPatchType, JsonArray operations) => current => JsonPatch.Apply(current, operations),
        (MergePatchType, JsonObject) => current => MergePatch.Apply(current, patch),
        (StrategicType, JsonObject) when !context.Resource.IsCustom => current => StrategicMergePatch.Apply(current, patch, context.Resource.Schema),
        (JsonPatchType or MergePatchType, _) => throw WrongBody(),
        _ when context.Resource.IsCustom => throw ApiErrors.UnsupportedMediaType(type, JsonPatchType, MergePatchType, ApplyType),
        _ => throw ApiErrors.UnsupportedMediaType(type, JsonPatchType, MergePatchType, StrategicType, ApplyType),
    };

    private WriteResult Apply(RequestContext context, JsonObject config)
    {
        if (string.IsNullOrEmpty(context.Query("fieldManager")))
        {
            var errors = new FieldErrors();
            errors.Required("fieldManager", "is required for apply patch");
            throw ApiErrors.Invalid("PatchOptions", "meta.k8s.io", "", errors);
        }

        if (config["metadata"] is JsonObject metadata && metadata["managedFields"] is JsonArray { Count: > 0 })
        {
            throw ApiErrors.BadRequest("metadata.managedFields must be nil");
        }

        return writer.Apply(context.Resource, context.Key, config, context.WriteOptions());
    }

    private static Storage.ApiException WrongBody() => ApiErrors.BadRequest("the patch has the wrong JSON type");
}

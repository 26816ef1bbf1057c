using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Patching;
using LocalCluster.ApiServer.Writing;

namespace LocalCluster.ApiServer.Http;

/// <summary>PATCH in its forms.</summary>
internal sealed class PatchHandler(Cluster cluster, ObjectWriter writer)
{
    private const string JsonPatchType = "application/json-patch+json";
    private const string MergePatchType = "application/merge-patch+json";

    public async Task HandleAsync(RequestContext context)
    {
        var type = BodyReader.ContentType(context.Http);
        var patch = BodyReader.Parse(await BodyReader.ReadBytesAsync(context.Http), isYaml: false);
        Func<JsonObject, JsonNode?> change = (type, patch) switch
        {
            (JsonPatchType, JsonArray operations) => current => JsonPatch.Apply(current, operations),
            (MergePatchType, JsonObject) => current => MergePatch.Apply(current, patch),
            (JsonPatchType or MergePatchType, _) => throw ApiErrors.BadRequest("the patch has the wrong JSON type"),
            _ => throw ApiErrors.UnsupportedMediaType(type, JsonPatchType, MergePatchType),
        };
        var result = writer.Update(
            context.Resource,
            context.Key,
            current => change(current) as JsonObject ?? throw ApiErrors.BadRequest("the patched document is not an object"),
            context.WriteOptions());
        Answers.Warn(context.Http, context.Warnings);
        var presenter = new ObjectPresenter(context.Resource, context.Accept, context.Query("includeObject"), cluster.Time);
        await Answers.WriteAsync(context.Http, 200, presenter.Show(result.Value));
    }
}

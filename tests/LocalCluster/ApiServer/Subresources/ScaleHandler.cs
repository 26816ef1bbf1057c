using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Http;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Writing;

namespace LocalCluster.ApiServer.Subresources;

/// <summary>The <c>scale</c> subresource: the size of an object, whatever its kind.</summary>
internal sealed class ScaleHandler(Cluster cluster, ObjectWriter writer)
{
    public async Task HandleAsync(RequestContext context, string verb)
    {
        var paths = context.Resource.Scale ?? throw ApiErrors.NoSuchPath();
        var answer = verb switch
        {
            "get" => Find(context, paths),
            "update" => await ReplaceAsync(context, paths),
            "patch" => await PatchAsync(context, paths),
            _ => throw ApiErrors.MethodNotAllowed(),
        };
        Answers.Warn(context.Http, context.Warnings);
        await Answers.WriteAsync(context.Http, 200, answer);
    }

    private JsonObject Find(RequestContext context, ScalePaths paths)
    {
        var found = cluster.Store.Find(context.Resource.Storage, context.Key) ?? throw ApiErrors.NotFound(context.Resource.Type, context.Key.Name);
        return ToScale(found.Value, paths);
    }

    private async Task<JsonObject> ReplaceAsync(RequestContext context, ScalePaths paths)
    {
        var body = await BodyReader.ReadObjectAsync(context);
        return Change(context, paths, _ => body);
    }

    private async Task<JsonObject> PatchAsync(RequestContext context, ScalePaths paths)
    {
        var patch = BodyReader.Parse(await BodyReader.ReadBytesAsync(context.Http), isYaml: false);
        var change = PatchHandler.Reader(context, BodyReader.ContentType(context.Http), patch);
        return Change(context, paths, scale => change(scale) as JsonObject ?? throw ApiErrors.BadRequest("the patched document is not an object"));
    }

    private JsonObject Change(RequestContext context, ScalePaths paths, Func<JsonObject, JsonObject> change)
    {
        var result = writer.Update(
            context.Resource,
            context.Key,
            current =>
            {
                var scale = change(ToScale(current, paths));
                var version = scale.TextAt("metadata", "resourceVersion");
                current.Ensure("metadata")["resourceVersion"] = version;
                current.Ensure(paths.SpecReplicas.AsSpan(..^1))[paths.SpecReplicas[^1]] = scale.At("spec", "replicas").AsLong() ?? 0;
                return current;
            },
            context.WriteOptions());
        return ToScale(result.Value, paths);
    }

    private static JsonObject ToScale(JsonObject value, ScalePaths paths)
    {
        var metadata = new JsonObject();
        foreach (var field in (ReadOnlySpan<string>)["name", "namespace", "uid", "resourceVersion", "creationTimestamp"])
        {
            metadata.SetCopy(field, value.At("metadata", field));
        }

        var status = new JsonObject { ["replicas"] = value.NumberAt(paths.StatusReplicas) ?? 0 };
        if (paths.LabelSelector is { } path && SelectorText(value.At(path)) is { } selector)
        {
            status["selector"] = selector;
        }

        return new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["replicas"] = value.NumberAt(paths.SpecReplicas) ?? 0 },
            ["status"] = status,
        };
    }

    private static string? SelectorText(JsonNode? selector) => selector switch
    {
        JsonObject labels => string.Join(',', labels.ObjectAt("matchLabels")?.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value.AsText()}") ?? []),
        _ => selector.AsText(),
    };
}

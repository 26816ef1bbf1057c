using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Faults;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Reading;
using LocalCluster.ApiServer.Selection;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Writing;

namespace LocalCluster.ApiServer.Http;

/// <summary>The verbs on objects and lists.</summary>
internal sealed class ResourceHandler(Cluster cluster, ObjectWriter writer, ObjectDeleter deleter, ListReader lists, WatchHandler watches, PatchHandler patches)
{
    /// <summary>Does one request.</summary>
    /// <param name="verb">As in <see cref="RequestVerb"/>.</param>
    public Task HandleAsync(RequestContext context, string verb, Fault? fault, CancellationToken stopping) => verb switch
    {
        "get" => GetAsync(context),
        "list" => ListAsync(context),
        "watch" => watches.HandleAsync(context, Filter(context), fault, stopping),
        "create" => CreateAsync(context),
        "update" or "patch" when context.Info.Name is null => throw ApiErrors.MethodNotAllowed(),
        "update" => UpdateAsync(context),
        "patch" => PatchAsync(context),
        "delete" => DeleteAsync(context),
        "deletecollection" => DeleteCollectionAsync(context),
        _ => throw ApiErrors.MethodNotAllowed(),
    };

    private Task GetAsync(RequestContext context)
    {
        var resource = context.Resource;
        var found = cluster.Store.Find(resource.Storage, context.Key) ?? throw ApiErrors.NotFound(resource.Type, context.Key.Name);
        return Answers.WriteAsync(context.Http, 200, Presenter(context).Show(found));
    }

    private Task ListAsync(RequestContext context)
    {
        if (WatchQuery.Version(context) is var version && version > cluster.Store.Version)
        {
            throw ApiErrors.VersionTooLarge(version, cluster.Store.Version);
        }

        var page = lists.Read(context.Resource, Filter(context), context.Number("limit") ?? 0, context.Query("continue"));
        return Answers.WriteAsync(context.Http, 200, Presenter(context).ShowList(page.Items, page.Version, page.More));
    }

    private async Task CreateAsync(RequestContext context)
    {
        if (context.Info.Name is not null)
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var body = await BodyReader.ReadObjectAsync(context);
        var result = writer.Create(context.Resource, context.Namespace, body, context.WriteOptions());
        await AnswerAsync(context, result);
    }

    private async Task UpdateAsync(RequestContext context)
    {
        var body = await BodyReader.ReadObjectAsync(context);
        MetadataRules.RequireName(body, context.Key.Name);
        MetadataRules.Place(context.Resource, body, context.Namespace, context.Info.Name);
        var result = writer.Update(context.Resource, context.Key, _ => body, context.WriteOptions() with { IsReplace = true });
        await AnswerAsync(context, result);
    }

    private async Task PatchAsync(RequestContext context) => await AnswerAsync(context, await patches.PatchAsync(context));

    private async Task DeleteAsync(RequestContext context)
    {
        var (request, dryRun) = await ReadDeleteAsync(context);

        // A rule of admission: what is in this process goes past it.
        if (context.Resource.Strategy.DeleteProblem(context.Key.Name) is { } problem)
        {
            throw ApiErrors.Forbidden(context.Resource.Type, context.Key.Name, problem);
        }

        var result = deleter.Delete(context.Resource, context.Key, request, dryRun)
            ?? throw ApiErrors.NotFound(context.Resource.Type, context.Key.Name);
        await (result.Removed
            ? Answers.WriteAsync(context.Http, 200, StatusBody.Deleted(context.Resource.Type, context.Key.Name, result.Value.TextAt("metadata", "uid")))
            : Answers.WriteAsync(context.Http, 200, Presenter(context).Show(result.Value)));
    }

    private async Task DeleteCollectionAsync(RequestContext context)
    {
        var (request, dryRun) = await ReadDeleteAsync(context);
        var page = lists.Read(context.Resource, Filter(context), limit: 0, token: null);
        foreach (var item in page.Items)
        {
            deleter.Delete(context.Resource, item.Key, request, dryRun);
        }

        await Answers.WriteAsync(context.Http, 200, Presenter(context).ShowList(page.Items, page.Version, more: null));
    }

    private Task AnswerAsync(RequestContext context, WriteResult result)
    {
        Answers.Warn(context.Http, context.Warnings);
        return Answers.WriteAsync(context.Http, result.Created ? 201 : 200, Presenter(context).Show(result.Value));
    }

    private ObjectPresenter Presenter(RequestContext context) => new(context.Resource, context.Accept, context.Query("includeObject"), cluster.Time);

    private static ObjectFilter Filter(RequestContext context)
    {
        var type = context.Resource.Type;
        var fields = context.Query("fieldSelector");

        // GET of one object with watch=true, an old form, is a watch of the object.
        if (context.Info.Name is { } name)
        {
            fields = $"metadata.name={name}";
        }

        return new ObjectFilter(context.Resource, context.Namespace, LabelSelector.Parse(context.Query("labelSelector")), FieldSelector.Parse(fields, type));
    }

    private static async Task<(DeleteRequest Request, bool DryRun)> ReadDeleteAsync(RequestContext context)
    {
        var bytes = await BodyReader.ReadBytesAsync(context.Http);
        var body = bytes.Length == 0 ? null : BodyReader.Parse(bytes, isYaml: BodyReader.ContentType(context.Http) == "application/yaml") as JsonObject;
        var grace = body.NumberAt("gracePeriodSeconds") ?? context.Number("gracePeriodSeconds");
        var policy = body.TextAt("propagationPolicy") ?? context.Query("propagationPolicy")
            ?? (body?["orphanDependents"].AsBool() == true ? "Orphan" : null);
        var request = new DeleteRequest((int?)grace, policy, body.TextAt("preconditions", "uid"), body.TextAt("preconditions", "resourceVersion"));
        return (request, context.ReadDryRun() || body.ArrayAt("dryRun") is { Count: > 0 });
    }
}

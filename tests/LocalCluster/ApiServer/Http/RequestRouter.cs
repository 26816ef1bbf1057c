using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Discovery;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Faults;
using LocalCluster.ApiServer.OpenApi;
using LocalCluster.ApiServer.Reviews;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Subresources;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.ApiServer.Http;

/// <summary>Finds who answers a request.</summary>
internal sealed class RequestRouter(
    Cluster cluster, ResourceHandler resources, ScaleHandler scales, PodLogHandler logs, ProxyHandler proxies, ReviewHandler reviews, DiscoveryHandler discovery,
    OpenApiHandler openApi)
{
    public async Task HandleAsync(HttpContext http, RequestInfo? info, string verb, string user, Fault? fault, CancellationToken stopping)
    {
        Answers.NoCache(http);
        if (info is null)
        {
            await AnswerPathAsync(http);
            return;
        }

        var resource = cluster.Catalog.Find(info.Group, info.Version, info.Resource) ?? throw ApiErrors.NoSuchPath();
        var context = new RequestContext(http, info, resource, user);
        await (resource.IsReview ? reviews.HandleAsync(context, verb) : AnswerAsync(context, verb, fault, stopping));
    }

    private Task AnswerAsync(RequestContext context, string verb, Fault? fault, CancellationToken stopping)
    {
        var resource = context.Resource;
        switch (context.Info.Subresource)
        {
            case null:
            case "status" when resource.HasStatus && verb is "get" or "update" or "patch":
                return resources.HandleAsync(context, verb, fault, stopping);
            case "scale" when resource.Scale is not null:
                return scales.HandleAsync(context, verb);
            case "log" when resource.Type == ResourceTypes.Pods && verb == "get":
                return logs.HandleAsync(context, stopping);
            case "proxy" when resource.Type == ResourceTypes.Pods || resource.Type == ResourceTypes.Services:
                return proxies.HandleAsync(context);
            case "finalize" when resource.Type == ResourceTypes.Namespaces && verb == "update":
                return resources.HandleAsync(context, verb, fault, stopping);
            default:
                throw ApiErrors.NoSuchPath();
        }
    }

    private Task AnswerPathAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!.TrimEnd('/');
        switch (path)
        {
            case "/healthz" or "/readyz" or "/livez":
                return Answers.TextAsync(http, "ok");
            case "/version":
                return Answers.WriteAsync(http, 200, Version());
            default:
                if (openApi.Find(path, http.Request.Query["hash"]) is { } schema)
                {
                    return Answers.SchemaAsync(http, schema);
                }

                var document = discovery.Find(path, http.Request.Headers.Accept.ToString()) ?? throw ApiErrors.NoSuchPath();
                return Answers.WriteAsync(http, 200, document.Body, document.ContentType);
        }
    }

    // A minor version for which kubectl has everything that this server speaks.
    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "32",
        ["gitVersion"] = "v1.32.0",
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "none",
        ["compiler"] = ".NET",
        ["platform"] = "linux/amd64",
    };
}

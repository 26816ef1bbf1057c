using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Writing;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.ApiServer.Http;

/// <summary>One request to one resource, with its query parameters in typed form.</summary>
internal sealed class RequestContext(HttpContext http, RequestInfo info, ResourceInfo resource, string user)
{
    public HttpContext Http { get; } = http;

    public RequestInfo Info { get; } = info;

    public ResourceInfo Resource { get; } = resource;

    public string User { get; } = user;

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>The namespace of the URL for a namespaced resource; null: all.</summary>
    public string? Namespace => Resource.Type.Namespaced ? Info.Namespace : null;

    public ObjectKey Key => new(Namespace ?? "", Info.Name ?? "");

    public MediaType Accept { get; } = MediaType.Negotiate(http.Request.Headers.Accept);

    public List<string> Warnings { get; } = [];

    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public bool Flag(string name) => Query(name) is "true" or "1";

    public long? Number(string name) => Query(name) is { Length: > 0 } text
        ? long.TryParse(text, out var number) ? number : throw ApiErrors.BadRequest($"invalid value for {name}: \"{text}\"")
        : null;

    public WriteOptions WriteOptions() => new(FieldManager())
    {
        DryRun = ReadDryRun(),
        Force = Flag("force"),
        Subresource = Info.Subresource is "finalize" ? null : Info.Subresource,
        Validation = Query("fieldValidation") switch
        {
            "Strict" => FieldValidation.Strict,
            "Ignore" => FieldValidation.Ignore,
            null or "" or "Warn" => FieldValidation.Warn,
            var other => throw ApiErrors.BadRequest($"invalid fieldValidation: \"{other}\""),
        },
        Warnings = Warnings,
    };

    public bool ReadDryRun() => Query("dryRun") switch
    {
        null or "" => false,
        "All" => true,
        var other => throw ApiErrors.BadRequest($"invalid dryRun: \"{other}\": supported values: \"All\""),
    };

    // Without a name the first part of the user agent stands for the client, as in Kubernetes.
    private string FieldManager()
    {
        if (Query("fieldManager") is { Length: > 0 } manager)
        {
            return manager;
        }

        var agent = Http.Request.Headers.UserAgent.ToString();
        var end = agent.IndexOf('/');
        var prefix = end > 0 ? agent[..end] : agent;
        return prefix.Length == 0 ? "unknown" : prefix;
    }
}

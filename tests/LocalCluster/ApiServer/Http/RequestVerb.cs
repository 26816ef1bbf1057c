using Microsoft.AspNetCore.Http;

namespace LocalCluster.ApiServer.Http;

/// <summary>Kubernetes' verb of a request.</summary>
internal static class RequestVerb
{
    public static string Of(HttpRequest request, RequestInfo? info)
    {
        if (info is null || info.Subresource is "proxy")
        {
            return info is null ? request.Method.ToLowerInvariant() : "proxy";
        }

        var isWatch = request.Query["watch"].ToString() is "true" or "1";
        return request.Method switch
        {
            "GET" or "HEAD" when isWatch => "watch",
            "GET" or "HEAD" => info.Name is null ? "list" : "get",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => info.Name is null ? "deletecollection" : "delete",
            var method => method.ToLowerInvariant(),
        };
    }
}

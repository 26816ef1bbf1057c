using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Todo.Backend.Http;

namespace Todo.Services.Tests.Api;

/// <summary>The routes of the REST API as the backend maps them, without a backend.</summary>
internal static class ApiRoutesOf
{
    public static async Task<IReadOnlyList<(string Method, string Pattern)>> BackendAsync()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        app.MapBackendApi();
        return
        [
            .. from endpoint in ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).Cast<RouteEndpoint>()
               from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
               select (method, endpoint.RoutePattern.RawText!.TrimEnd('/')),
        ];
    }
}

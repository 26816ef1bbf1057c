using System.Security.Cryptography;
using System.Text;

namespace LocalCluster.Sidecar.Api;

/// <summary>Before every API call: the token, unless it is a health check; after it: the metrics.</summary>
internal sealed class ApiGate(ApiContext api)
{
    private readonly byte[]? _token = api.Options.ApiToken is { } token ? Encoding.UTF8.GetBytes(token) : null;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var started = api.Time.GetTimestamp();
        if (IsAllowed(context))
        {
            await next(context);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await context.Response.WriteAsync("invalid api token", context.RequestAborted);
        }

        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        api.Metrics.HttpRequest(context.Request.Method, route, context.Response.StatusCode, api.Time.GetElapsedTime(started));
    }

    private bool IsAllowed(HttpContext context) =>
        _token is null
        || context.Request.Path.StartsWithSegments("/v1.0/healthz", StringComparison.Ordinal)
        || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers["dapr-api-token"].ToString()), _token);
}

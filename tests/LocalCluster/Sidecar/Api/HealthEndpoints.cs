namespace LocalCluster.Sidecar.Api;

/// <summary><c>/v1.0/healthz</c> and <c>/v1.0/healthz/outbound</c>.</summary>
internal sealed class HealthEndpoints(ApiContext api)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1.0/healthz", HealthAsync);
        routes.MapGet("/v1.0/healthz/outbound", OutboundAsync);
    }

    private Task HealthAsync(HttpContext context)
    {
        if (!api.Health.Probe())
        {
            return ApiError.WriteAsync(context, 500, "ERR_HEALTH_NOT_READY", "dapr is not ready");
        }

        var asked = context.Request.Query["appid"].ToString();
        if (asked.Length > 0 && asked != api.Options.AppId)
        {
            return ApiError.WriteAsync(context, 500, "ERR_HEALTH_APPID_NOT_MATCH", "dapr app-id does not match");
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Task OutboundAsync(HttpContext context)
    {
        if (!api.Health.IsOutboundReady)
        {
            return ApiError.WriteAsync(context, 500, "ERR_OUTBOUND_HEALTH_NOT_READY", "dapr outbound is not ready");
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}

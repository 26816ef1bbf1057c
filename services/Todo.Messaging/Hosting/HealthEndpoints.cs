using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Todo.Messaging.Hosting;

/// <summary>Health, readiness, and the gates in front of every request.</summary>
internal static class HealthEndpoints
{
    private static readonly string[] AlwaysOpen = ["/healthz", "/readyz", "/metrics", "/dapr", "/internal"];

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => Results.Text("ok"));
        app.MapGet("/readyz", (Readiness readiness) =>
            Results.Text(readiness.Describe(), statusCode: readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
    }

    /// <summary>
    /// The management port answers nothing but management and health, the application port everything else. Before the start is complete
    /// requests get 503; while the process drains every answer closes its connection, so that clients go elsewhere.
    /// </summary>
    public static void UseTodoServiceGates(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<ServiceOptions>();
        var state = app.ApplicationServices.GetRequiredService<ServiceState>();
        app.Use((context, next) =>
        {
            if (state.Draining.IsCancellationRequested)
            {
                context.Response.Headers.Connection = "close";
            }

            var path = context.Request.Path;
            var management = path.StartsWithSegments("/internal");
            var common = Array.Exists(AlwaysOpen, x => path.StartsWithSegments(x));
            var onManagementPort = context.Connection.LocalPort == options.ManagementPort;
            if (management != onManagementPort && (management || !common))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            if (!state.Started.IsCompletedSuccessfully && !(common && !management))
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                context.Response.Headers.RetryAfter = "1";
                return Task.CompletedTask;
            }

            return next(context);
        });
    }
}

using Kubernetes.Operator.Informers;
using Kubernetes.Operator.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kubernetes.Operator.Hosting;

/// <summary>The operator's own HTTP endpoints.</summary>
public static class EndpointExtensions
{
    /// <summary>
    /// Adds <c>/healthz</c> (200 while the process works), <c>/readyz</c> (200 when the caches are complete; a standby is ready too) and
    /// <c>/metrics</c> (Prometheus text).
    /// </summary>
    public static IEndpointRouteBuilder MapOperatorEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", static () => Results.Text("ok"));
        app.MapGet("/readyz", static (OperatorState state, IServiceProvider services) =>
            state.IsReady ? Results.Text("ok") : Results.Text(Missing(state, services), statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapGet("/metrics", static (MetricsRegistry metrics) => Results.Text(metrics.Write(), "text/plain; version=0.0.4; charset=utf-8"));
        return app;
    }

    private static string Missing(OperatorState state, IServiceProvider services)
    {
        if (state.IsStopping)
        {
            return "stopping";
        }

        var informers = services.GetRequiredService<IReadOnlyList<IInformer>>();
        return $"not listed yet: {string.Join(", ", informers.Where(static i => !i.HasSynced).Select(static i => i.Definition.QualifiedName))}";
    }
}

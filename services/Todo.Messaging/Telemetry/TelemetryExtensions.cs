using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Todo.Messaging.Hosting;

namespace Todo.Messaging.Telemetry;

/// <summary>Metrics always, as Prometheus text; traces when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.</summary>
internal static class TelemetryExtensions
{
    public static void AddTelemetry(this IServiceCollection services, SettingsReader settings, string appId)
    {
        services.AddSingleton<PrometheusWriter>();
        if (settings.Optional("OTEL_EXPORTER_OTLP_ENDPOINT") is not null)
        {
            services.AddSingleton<IHostedService>(_ => new Tracing(appId));
        }
    }

    public static void MapMetrics(this IEndpointRouteBuilder app)
    {
        // Listens from the start, not from the first scrape.
        var writer = app.ServiceProvider.GetRequiredService<PrometheusWriter>();
        app.MapGet("/metrics", () => Results.Text(writer.Write(), PrometheusWriter.ContentType));
    }

    /// <summary>Loads OpenTelemetry only where it is used; endpoint, protocol and sampler are read by it from its own variables.</summary>
    private sealed class Tracing(string appId) : IHostedService
    {
        private TracerProvider? _provider;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _provider = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(ResourceBuilder.CreateDefault().AddService(appId))
                .AddSource("Todo.*", "Microsoft.AspNetCore", "System.Net.Http", "Npgsql")
                .AddOtlpExporter()
                .Build();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            _provider?.Dispose();
            return Task.CompletedTask;
        }
    }
}

using System.Diagnostics;
using Kubernetes.Operator.Controllers;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Todo.Operator.Telemetry;

/// <summary>Sends traces while the operator runs. OpenTelemetry is loaded here and nowhere else: an operator without an endpoint does not know it.</summary>
internal sealed class TracingHost(TracingSettings settings) : IHostedService
{
    private TracerProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var options = new OtlpExporterOptions
        {
            Endpoint = settings.Endpoint,
            Protocol = settings.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
            TimeoutMilliseconds = settings.TimeoutMilliseconds,
        };
        if (settings.Headers is { } headers)
        {
            options.Headers = headers;
        }

        _provider = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddTelemetrySdk().AddAttributes(settings.Resource.Select(a => KeyValuePair.Create(a.Key, (object)a.Value))))
            .SetSampler(new VisitSampler(SamplerOf(settings)))
            .AddSource(OperatorTracing.SourceName, PlatformTracing.SourceName, "System.Net.Http", "Npgsql")
            .AddProcessor(new VisitFilter(new OtlpTraceExporter(options), settings))
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _provider?.Dispose();
        return Task.CompletedTask;
    }

    private static Sampler SamplerOf(TracingSettings settings)
    {
        const string ParentBased = "parentbased_";
        Sampler root = settings.Sampler.Replace(ParentBased, "", StringComparison.Ordinal) switch
        {
            "always_off" => new AlwaysOffSampler(),
            "traceidratio" => new TraceIdRatioBasedSampler(settings.Ratio),
            _ => new AlwaysOnSampler(),
        };
        return settings.Sampler.StartsWith(ParentBased, StringComparison.Ordinal) ? new ParentBasedSampler(root) : root;
    }
}

/// <summary>A request that belongs to no visit (a watch, the Lease, an Event) is no trace of its own.</summary>
internal sealed class VisitSampler(Sampler sampler) : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.ParentContext.TraceId == default && samplingParameters.Kind == ActivityKind.Client
            ? new SamplingResult(SamplingDecision.Drop)
            : sampler.ShouldSample(samplingParameters);
}

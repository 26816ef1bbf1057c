using System.Collections.Immutable;
using Todo.Operator.Hosting;

namespace Todo.Operator.Telemetry;

/// <summary>Where traces go and which, from OpenTelemetry's own variables. Without an endpoint there are none, and nothing of this is loaded.</summary>
public sealed record TracingSettings
{
    /// <summary>What <c>--help</c> says of the variables.</summary>
    public const string Help =
        """
          OTEL_EXPORTER_OTLP_ENDPOINT  where traces go, for example http://otel-collector:4317; absent: none are sent
          OTEL_EXPORTER_OTLP_PROTOCOL  grpc (default) or http/protobuf
          OTEL_SERVICE_NAME            default todo-operator
          OTEL_RESOURCE_ATTRIBUTES     key=value pairs with commas between them
          OTEL_TRACES_SAMPLER          always_on, always_off, traceidratio, or these with parentbased_; default parentbased_always_on
          OTEL_TRACES_SAMPLER_ARG      the part that traceidratio keeps, 0 to 1
        """;

    internal const string DefaultServiceName = "todo-operator";

    private const string Base = "OTEL_EXPORTER_OTLP_";
    private const string ServiceNameKey = "service.name";

    private static readonly ImmutableSortedSet<string> Samplers = ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];

    /// <summary>Where to, with the path for HTTP.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>gRPC; else protobuf over HTTP.</summary>
    public bool Grpc { get; init; } = true;

    /// <summary>Headers for the receiver, <c>key=value</c> with commas between them.</summary>
    public string? Headers { get; init; }

    /// <summary>Time for one request.</summary>
    public int TimeoutMilliseconds { get; init; }

    /// <summary>Longest time that a span waits for others.</summary>
    public int ScheduleDelayMilliseconds { get; init; }

    /// <summary>Spans that may wait; what is more is dropped.</summary>
    public int QueueSize { get; init; }

    /// <summary>Spans of one request.</summary>
    public int BatchSize { get; init; }

    /// <summary>Whose traces they are, and what else is said of the process.</summary>
    public required ImmutableSortedDictionary<string, string> Resource { get; init; }

    /// <summary>One of the names of <c>OTEL_TRACES_SAMPLER</c>.</summary>
    public string Sampler { get; init; } = "parentbased_always_on";

    /// <summary>The part of all traces that a ratio keeps.</summary>
    public double Ratio { get; init; } = 1;

    /// <summary>Reads and checks them; null: no traces.</summary>
    /// <exception cref="SettingsException">A variable is malformed; the message names it.</exception>
    public static TracingSettings? Read(Func<string, string?> variable)
    {
        var settings = new Variables(variable);
        var own = settings.Text(Base + "TRACES_ENDPOINT") is null ? "" : "TRACES_";
        if (settings.Flag("OTEL_SDK_DISABLED") || settings.OneOf("OTEL_TRACES_EXPORTER", ["otlp", "none"], "otlp") == "none" || settings.Url($"{Base}{own}ENDPOINT") is not { } endpoint)
        {
            return null;
        }

        var grpc = settings.OneOf(Own("PROTOCOL"), ["grpc", "http/protobuf"], "grpc") == "grpc";
        var queue = settings.Number("OTEL_BSP_MAX_QUEUE_SIZE", 2048);
        return new TracingSettings
        {
            // A general address is one for all signals, and the path says which; one for traces is taken as it is.
            Endpoint = grpc || own.Length > 0 ? endpoint : new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/v1/traces"),
            Grpc = grpc,
            Headers = settings.Text(Own("HEADERS")),
            TimeoutMilliseconds = settings.Number(Own("TIMEOUT"), 10_000),
            ScheduleDelayMilliseconds = settings.Number("OTEL_BSP_SCHEDULE_DELAY", 5_000),
            QueueSize = queue,
            BatchSize = Math.Min(queue, settings.Number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512)),
            Resource = ResourceOf(settings),
            Sampler = settings.OneOf("OTEL_TRACES_SAMPLER", Samplers, "parentbased_always_on"),
            Ratio = settings.Ratio("OTEL_TRACES_SAMPLER_ARG", 1),
        };

        string Own(string name) => settings.Text($"{Base}TRACES_{name}") is null ? Base + name : $"{Base}TRACES_{name}";
    }

    private static ImmutableSortedDictionary<string, string> ResourceOf(Variables settings)
    {
        var resource = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        resource[ServiceNameKey] = DefaultServiceName;
        if (settings.Text("POD_NAME") is { } pod)
        {
            resource["k8s.pod.name"] = resource["service.instance.id"] = pod;
        }

        if (settings.Text("POD_NAMESPACE") is { } ns)
        {
            resource["k8s.namespace.name"] = ns;
        }

        foreach (var (key, value) in settings.Pairs("OTEL_RESOURCE_ATTRIBUTES"))
        {
            resource[key] = value;
        }

        if (settings.Text("OTEL_SERVICE_NAME") is { } name)
        {
            resource[ServiceNameKey] = name;
        }

        return resource.ToImmutable();
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Node.Injection;

/// <summary>Builds the <c>daprd</c> container and what the application gets to know of it.</summary>
internal static class SidecarContainer
{
    private const int HttpPort = 3500;
    private const int PublicPort = 3501;
    private const string Address = "$(POD_IP)";

    /// <summary>The variables by which an application container finds its sidecar. What it has set itself stays.</summary>
    public static void AddVariables(JsonObject container, SidecarAnnotations annotations)
    {
        Add(container, FieldVariable("POD_IP", "status.podIP"));
        Add(container, Variable("DAPR_HTTP_PORT", Text(HttpPort)));
        Add(container, Variable("DAPR_GRPC_PORT", Text(annotations.Number("grpc-port", 50001))));
        Add(container, Variable("DAPR_HTTP_ENDPOINT", $"http://{Address}:{HttpPort}"));
        Add(container, Variable("APP_PROTOCOL", annotations.Text("app-protocol") ?? "http"));
        AddTokens(container, annotations);
    }

    /// <summary>The sidecar's container.</summary>
    public static JsonObject Build(SidecarAnnotations annotations, SidecarOptions options)
    {
        var container = new JsonObject
        {
            ["name"] = SidecarInjector.ContainerName,
            ["image"] = annotations.Text("sidecar-image") ?? options.Image,
            ["args"] = new JsonArray([.. Arguments(annotations, options).Select(argument => (JsonNode)argument)]),
            ["ports"] = new JsonArray(
                Port("dapr-http", HttpPort),
                Port("dapr-grpc", annotations.Number("grpc-port", 50001)),
                Port("dapr-internal", annotations.Number("internal-grpc-port", 50002)),
                Port("dapr-metrics", annotations.Number("metrics-port", 9090))),
            ["resources"] = annotations.Resources(),
            ["livenessProbe"] = Probe(annotations, "liveness", delay: 180, timeout: 3, period: 10, threshold: 5),
            ["readinessProbe"] = Probe(annotations, "readiness", delay: 1, timeout: 1, period: 1, threshold: 5),
        };
        Add(container, FieldVariable("POD_IP", "status.podIP"));
        Add(container, FieldVariable("POD_NAME", "metadata.name"));
        Add(container, FieldVariable("NAMESPACE", "metadata.namespace"));
        AddTokens(container, annotations);
        foreach (var (name, value) in annotations.Pairs("env"))
        {
            Add(container, Variable(name, value));
        }

        foreach (var (name, value) in annotations.Pairs("env-from-secret"))
        {
            var secret = value.Split(':', 2);
            Add(container, SecretVariable(name, secret[0], secret.Length == 2 ? secret[1] : name));
        }

        return container;
    }

    private static IEnumerable<string> Arguments(SidecarAnnotations annotations, SidecarOptions options)
    {
        IEnumerable<(string Name, string? Value)> pairs =
        [
            ("--app-id", annotations.AppId),
            ("--app-port", annotations.Text("app-port")),
            ("--app-protocol", annotations.Text("app-protocol") ?? "http"),
            ("--app-channel-address", annotations.Text("app-channel-address") ?? Address),
            ("--app-max-concurrency", annotations.Text("app-max-concurrency")),
            ("--dapr-listen-addresses", Address),
            ("--dapr-http-port", Text(HttpPort)),
            ("--dapr-grpc-port", Text(annotations.Number("grpc-port", 50001))),
            ("--dapr-internal-grpc-port", Text(annotations.Number("internal-grpc-port", 50002))),
            ("--dapr-internal-grpc-listen-address", Address),
            ("--dapr-public-port", Text(PublicPort)),
            ("--dapr-public-listen-address", Address),
            ("--metrics-port", Text(annotations.Number("metrics-port", 9090))),
            ("--metrics-listen-address", Address),
            ("--resources-path", $"$({SidecarInjector.ResourcesVariable})"),
            ("--config", annotations.Text("config") is null ? null : $"$({SidecarInjector.ConfigVariable})"),
            ("--log-level", annotations.Text("log-level") ?? "info"),
            ("--scheduler-host-address", annotations.Text("scheduler-host-address") ?? options.SchedulerAddress),
            ("--max-body-size", annotations.Text("max-body-size")),
            ("--read-buffer-size", annotations.Text("read-buffer-size")),
            ("--dapr-graceful-shutdown-seconds", annotations.Text("graceful-shutdown-seconds")),
            ("--dapr-block-shutdown-duration", annotations.Text("block-shutdown-duration")),
        ];
        foreach (var (name, value) in pairs.Where(pair => !string.IsNullOrWhiteSpace(pair.Value)))
        {
            yield return name;
            yield return value!;
        }

        if (annotations.Flag("log-as-json"))
        {
            yield return "--log-as-json";
        }

        if (annotations.Flag("enable-api-logging"))
        {
            yield return "--enable-api-logging";
        }

        if (!annotations.Flag("enable-metrics", otherwise: true))
        {
            yield return "--enable-metrics=false";
        }

        if (annotations.Flag("enable-app-health-check"))
        {
            yield return "--enable-app-health-check";
            yield return "--app-health-check-path";
            yield return annotations.Text("app-health-check-path") ?? "/healthz";
            yield return "--app-health-probe-interval";
            yield return Text(annotations.Number("app-health-probe-interval", 5));
            yield return "--app-health-probe-timeout";
            yield return Text(annotations.Number("app-health-probe-timeout", 500));
            yield return "--app-health-threshold";
            yield return Text(annotations.Number("app-health-threshold", 3));
        }
    }

    private static void AddTokens(JsonObject container, SidecarAnnotations annotations)
    {
        if (annotations.Text("api-token-secret") is { } api)
        {
            Add(container, SecretVariable("DAPR_API_TOKEN", api, "token"));
        }

        if (annotations.Text("app-token-secret") is { } app)
        {
            Add(container, SecretVariable("APP_API_TOKEN", app, "token"));
        }
    }

    private static JsonObject Probe(SidecarAnnotations annotations, string which, int delay, int timeout, int period, int threshold) => new()
    {
        ["httpGet"] = new JsonObject { ["path"] = "/v1.0/healthz", ["port"] = PublicPort },
        ["initialDelaySeconds"] = annotations.Number($"sidecar-{which}-probe-delay-seconds", delay),
        ["timeoutSeconds"] = annotations.Number($"sidecar-{which}-probe-timeout-seconds", timeout),
        ["periodSeconds"] = annotations.Number($"sidecar-{which}-probe-period-seconds", period),
        ["failureThreshold"] = annotations.Number($"sidecar-{which}-probe-threshold", threshold),
    };

    private static void Add(JsonObject container, JsonObject variable)
    {
        var list = container.ChildList("env");
        if (list.OfType<JsonObject>().All(present => present.Text("name") != variable.Text("name")))
        {
            list.Add((JsonNode)variable);
        }
    }

    private static JsonObject Port(string name, int number) => new() { ["name"] = name, ["containerPort"] = number, ["protocol"] = "TCP" };

    private static JsonObject Variable(string name, string value) => new() { ["name"] = name, ["value"] = value };

    private static JsonObject FieldVariable(string name, string path) =>
        new() { ["name"] = name, ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = path } } };

    private static JsonObject SecretVariable(string name, string secret, string key) =>
        new() { ["name"] = name, ["valueFrom"] = new JsonObject { ["secretKeyRef"] = new JsonObject { ["name"] = secret, ["key"] = key } } };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

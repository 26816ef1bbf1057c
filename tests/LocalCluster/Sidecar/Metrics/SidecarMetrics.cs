namespace LocalCluster.Sidecar.Metrics;

/// <summary>daprd's metrics (pkg/diagnostics), as far as this sidecar does what they count.</summary>
internal sealed class SidecarMetrics
{
    private readonly string _appId;
    private readonly string _namespace;

    public SidecarMetrics(string appId, string podNamespace)
    {
        _appId = appId;
        _namespace = podNamespace;
    }

    public MetricRegistry Registry { get; } = new();

    /// <summary>One attempt to deliver a message, after the app has answered.</summary>
    public void Delivered(string component, string topic, string processStatus, string status, TimeSpan elapsed)
    {
        ReadOnlySpan<(string, string)> labels =
        [
            ("app_id", _appId), ("component", component), ("namespace", _namespace),
            ("process_status", processStatus), ("status", status), ("topic", topic),
        ];
        Registry.Add("dapr_component_pubsub_ingress_count", 1, labels);
        Registry.Observe("dapr_component_pubsub_ingress_latencies", elapsed, labels);
    }

    public void Published(string component, string topic, bool success, TimeSpan elapsed)
    {
        ReadOnlySpan<(string, string)> labels =
            [("app_id", _appId), ("component", component), ("namespace", _namespace), ("success", success ? "true" : "false"), ("topic", topic)];
        Registry.Add("dapr_component_pubsub_egress_count", 1, labels);
        Registry.Observe("dapr_component_pubsub_egress_latencies", elapsed, labels);
    }

    /// <summary>Counts loadings: one that is closed is not taken off.</summary>
    public void ComponentInitialised(string type)
    {
        Registry.Add("dapr_runtime_component_loaded", 1, ("app_id", _appId));
        Registry.Add("dapr_runtime_component_init_total", 1, ("app_id", _appId), ("component", type));
    }

    public void ComponentInitFailed(string type, string name) => Registry.Add(
        "dapr_runtime_component_init_fail_total",
        1,
        ("app_id", _appId),
        ("component", type),
        ("componentName", name),
        ("reason", "init"));

    public void ResilienciesLoaded(int count) => Registry.Set("dapr_resiliency_loaded", count, ("app_id", _appId), ("namespace", _namespace));

    public void StateCall(string component, string operation, bool success, TimeSpan elapsed)
    {
        ReadOnlySpan<(string, string)> labels =
            [("app_id", _appId), ("component", component), ("namespace", _namespace), ("operation", operation), ("success", success ? "true" : "false")];
        Registry.Add("dapr_component_state_count", 1, labels);
        Registry.Observe("dapr_component_state_latencies", elapsed, labels);
    }

    public void JobTriggered(bool success, TimeSpan elapsed)
    {
        ReadOnlySpan<(string, string)> labels = [("app_id", _appId), ("namespace", _namespace), ("operation", "job_trigger_op")];
        Registry.Add(success ? "dapr_component_job_success_count" : "dapr_component_job_failure_count", 1, labels);
        Registry.Observe("dapr_component_job_latencies", elapsed, labels);
    }

    public void HttpRequest(string method, string path, int status, TimeSpan elapsed)
    {
        ReadOnlySpan<(string, string)> labels =
            [("app_id", _appId), ("method", method), ("path", path), ("status", status.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        Registry.Add("dapr_http_server_request_count", 1, labels);
        Registry.Observe("dapr_http_server_latency", elapsed, labels);
    }

    public void HealthProbe(bool success) =>
        Registry.Add("dapr_http_healthprobes_completed_count", 1, ("app_id", _appId), ("status", success ? "204" : "500"));
}

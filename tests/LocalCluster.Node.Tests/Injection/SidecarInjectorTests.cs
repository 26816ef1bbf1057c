using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Injection;

namespace LocalCluster.Node.Tests.Injection;

public sealed class SidecarInjectorTests
{
    private readonly SidecarInjector _injector = new(new SidecarOptions { Program = new ImageProgram("daprd"), SchedulerAddress = "127.40.0.6:50006" });

    [Fact]
    public void The_sidecar_is_started_as_the_real_one_would_be()
    {
        var pod = Pod(("enabled", "true"), ("app-id", "backend"), ("app-port", "8000"), ("config", "tracing"), ("enable-app-health-check", "true"),
            ("app-health-probe-interval", "1"), ("app-health-threshold", "1"), ("graceful-shutdown-seconds", "10"), ("block-shutdown-duration", "20s"),
            ("sidecar-memory-limit", "128Mi"), ("sidecar-cpu-request", "100m"), ("api-token-secret", "tokens"), ("env", "A=1,B=2"));
        _injector.MutatePod(pod);

        Assert.Equal("true", pod.Label("dapr.io/sidecar-injected"));
        var sidecar = pod.Items("spec", "containers").Last();
        Assert.Equal("daprd", sidecar.Text("name"));
        Assert.Equal(
            "--app-id backend --app-port 8000 --app-protocol http --app-channel-address $(POD_IP) --dapr-listen-addresses $(POD_IP) --dapr-http-port 3500 "
            + "--dapr-grpc-port 50001 --dapr-internal-grpc-port 50002 --dapr-internal-grpc-listen-address $(POD_IP) --dapr-public-port 3501 --dapr-public-listen-address $(POD_IP) --metrics-port 9090 "
            + "--metrics-listen-address $(POD_IP) --resources-path $(LOCALCLUSTER_DAPR_RESOURCES) --config $(LOCALCLUSTER_DAPR_CONFIG) --log-level info "
            + "--scheduler-host-address 127.40.0.6:50006 --dapr-graceful-shutdown-seconds 10 --dapr-block-shutdown-duration 20s --enable-app-health-check "
            + "--app-health-check-path /healthz --app-health-probe-interval 1 --app-health-probe-timeout 500 --app-health-threshold 1",
            string.Join(' ', sidecar.Strings("args")));
        Assert.Equal("128Mi", sidecar.Text("resources", "limits", "memory"));
        Assert.Equal("100m", sidecar.Text("resources", "requests", "cpu"));
        Assert.Equal("/v1.0/healthz", sidecar.Text("readinessProbe", "httpGet", "path"));
        Assert.Equal(3501, sidecar.Int("readinessProbe", "httpGet", "port"));
        Assert.Equal(["POD_IP", "POD_NAME", "NAMESPACE", "DAPR_API_TOKEN", "A", "B"], sidecar.Items("env").Select(v => v.Text("name")));

        var app = pod.Items("spec", "containers").First();
        Assert.Equal(["OWN", "POD_IP", "DAPR_HTTP_PORT", "DAPR_GRPC_PORT", "DAPR_HTTP_ENDPOINT", "APP_PROTOCOL", "DAPR_API_TOKEN"], app.Items("env").Select(v => v.Text("name")));
        Assert.Equal("http://$(POD_IP):3500", app.Items("env").Single(v => v.Text("name") == "DAPR_HTTP_ENDPOINT").Text("value"));
        Assert.Equal("tokens", app.Items("env").Last().Text("valueFrom", "secretKeyRef", "name"));
    }

    [Fact]
    public void Pods_that_do_not_ask_and_pods_that_have_one_stay_as_they_are()
    {
        foreach (var pod in new[] { Pod(), Pod(("enabled", "false"), ("app-id", "x")), Pod(("enabled", "nonsense")) })
        {
            var before = pod.DeepClone();
            _injector.MutatePod(pod);
            Assert.True(JsonNode.DeepEquals(before, pod));
        }

        var injected = Pod(("enabled", "yes"), ("app-id", "a"));
        _injector.MutatePod(injected);
        var once = injected.DeepClone();
        _injector.MutatePod(injected);
        Assert.True(JsonNode.DeepEquals(once, injected));
    }

    [Fact]
    public void Switched_off_it_lets_pods_through_without_a_sign()
    {
        _injector.IsReachable = () => false;
        var pod = Pod(("enabled", "true"), ("app-id", "a"));
        var before = pod.DeepClone();
        _injector.MutatePod(pod);
        Assert.True(JsonNode.DeepEquals(before, pod));
    }

    [Theory]
    [InlineData("app-id", "Back_End")]
    [InlineData("app-id", "an-app-id-that-is-a-bit-too-long-to-become-a-service-name-of-63")]
    [InlineData("sidecar-memory-limit", "lots")]
    [InlineData("sidecar-cpu-request", "100 m")]
    public void What_the_real_injector_refuses_is_refused(string annotation, string value)
    {
        var pod = Pod(("enabled", "true"), ("app-id", "a"));
        pod["metadata"]!["annotations"]!["dapr.io/" + annotation] = value;
        var error = Assert.Throws<ApiException>(() => _injector.MutatePod(pod));
        Assert.Equal(400, error.Code);
        Assert.Contains(value, error.Message, StringComparison.Ordinal);
    }

    private static JsonObject Pod(params (string Name, string Value)[] annotations) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = "p",
            ["annotations"] = new JsonObject(annotations.Select(a => new KeyValuePair<string, JsonNode?>("dapr.io/" + a.Name, a.Value))),
        },
        ["spec"] = new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["env"] = new JsonArray(new JsonObject { ["name"] = "OWN", ["value"] = "1" }) }),
        },
    };
}

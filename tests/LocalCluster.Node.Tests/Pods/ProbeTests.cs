using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Tests.Support;

namespace LocalCluster.Node.Tests.Pods;

public sealed class ProbeTests(RunningCluster cluster)
{
    [Fact]
    public async Task A_pod_that_is_not_ready_gets_no_traffic()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web", replicas: 2, container: c => c["readinessProbe"]!["failureThreshold"] = 1);
        await ns.RolledOutAsync("web");
        var pods = ns.Pods("web");

        await Sandbox.PostAsync(Sandbox.PodUri(pods[0], "/ready?value=false"));
        await Eventually.IsTrueAsync("slice follows", () => ReadyEndpoints(ns) == 1);
        for (var i = 0; i < 10; i++)
        {
            using var http = new HttpClient();
            Assert.Equal(pods[1].Name(), await http.GetStringAsync(ns.ServiceUri("web"), TestContext.Current.CancellationToken));
        }

        Assert.NotEmpty(ns.Events(pods[0].Name(), "Unhealthy"));
        Assert.Equal(0, Sandbox.Container(ns.Pod(pods[0].Name())).Int("restartCount"));
        await Sandbox.PostAsync(Sandbox.PodUri(pods[0], "/ready?value=true"));
        await Eventually.IsTrueAsync("both ready", () => ReadyEndpoints(ns) == 2);
    }

    [Fact]
    public async Task A_container_that_fails_its_liveness_probe_is_restarted()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web", container: c =>
        {
            c["startupProbe"] = JsonNode.Parse("""{"tcpSocket":{"port":"http"},"periodSeconds":1,"failureThreshold":60}""");
            c["livenessProbe"] = JsonNode.Parse(
                """{"httpGet":{"path":"/healthz","port":"http"},"periodSeconds":1,"failureThreshold":2,"timeoutSeconds":10,"terminationGracePeriodSeconds":5}""");
        });
        var pod = await ns.ReadyPodAsync("web");

        await Sandbox.PostAsync(Sandbox.PodUri(pod, "/alive?value=false"));

        await Eventually.IsTrueAsync("restarted", () => Sandbox.Container(ns.Pod(pod.Name())).Int("restartCount") == 1);
        await Eventually.IsTrueAsync("ready again", () => PodFacts.IsReady(ns.Pod(pod.Name())!));
        Assert.Contains(ns.Events(pod.Name(), "Killing"), message => message.Contains("failed liveness probe, will be restarted", StringComparison.Ordinal));
        Assert.Contains(ns.Events(pod.Name(), "Unhealthy"), message => message == "Liveness probe failed: HTTP probe failed with statuscode: 500");
    }

    [Fact]
    public async Task Readiness_waits_for_the_startup_probe()
    {
        await using var ns = cluster.NewNamespace();
        var file = Path.Combine(cluster.DataDirectory, $"{ns.Name}-started");
        var pod = ContainerLifeTests.Shell("slow", "exec sleep 1000");
        pod["spec"]!["containers"]![0]!["startupProbe"] = JsonNode.Parse($$"""{"exec":{"command":["test","-e","{{file}}"]},"periodSeconds":1,"failureThreshold":30}""");
        ns.Create(ResourceTypes.Pods, pod);

        await Eventually.IsTrueAsync("running", () => Sandbox.Container(ns.Pod("slow")).At("state", "running") is not null);
        await Eventually.IsTrueAsync("a failure is counted", () => ns.Events("slow", "Unhealthy").Count > 0);
        Assert.False(Sandbox.Container(ns.Pod("slow")).Flag("started"));
        Assert.False(PodFacts.IsReady(ns.Pod("slow")!));

        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync("ready", () => PodFacts.IsReady(ns.Pod("slow")!));
        Assert.True(Sandbox.Container(ns.Pod("slow")).Flag("started"));
        Assert.Equal(0, Sandbox.Container(ns.Pod("slow")).Int("restartCount"));
    }

    [Fact]
    public async Task A_container_that_never_starts_up_is_restarted()
    {
        await using var ns = cluster.NewNamespace();
        var pod = ContainerLifeTests.Shell("never", "exec sleep 1000");
        pod["spec"]!["containers"]![0]!["startupProbe"] = JsonNode.Parse("""{"tcpSocket":{"port":9},"periodSeconds":1,"failureThreshold":1}""");
        ns.Create(ResourceTypes.Pods, pod);

        await Eventually.IsTrueAsync("restarted", () => Sandbox.Container(ns.Pod("never")).Int("restartCount") > 0);
        Assert.Contains(ns.Events("never", "Killing"), message => message.Contains("failed startup probe", StringComparison.Ordinal));
    }

    private static int ReadyEndpoints(Sandbox ns) =>
        ns.Api.List(ResourceTypes.EndpointSlices, ns.Name).Items.SelectMany(slice => slice.Items("endpoints")).Count(endpoint => endpoint.Flag("conditions", "ready"));
}

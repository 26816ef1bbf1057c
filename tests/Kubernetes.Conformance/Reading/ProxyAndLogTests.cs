using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Reading;

/// <summary>Logs and proxies, as far as they need no node: which pod, container and port is meant, and what is said when there is none.</summary>
public sealed class ProxyAndLogTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task Logs_are_those_of_a_container_that_the_pod_has()
    {
        var ns = await cluster.NamespaceAsync("logs");
        await cluster.CreateAsync(Resources.Pods, Manifests.Pod(ns, "p", null, "a", "b"));
        var url = Resources.Pods.ObjectPath(ns, "p", "log");
        Assert.Equal("a container name must be specified for pod p, choose one of: [a b]", (await cluster.Http.GetAsync(url)).Expect(400).Message);
        Assert.Equal("container c is not valid for pod p", (await cluster.Http.GetAsync($"{url}?container=c")).Expect(400).Message);
        Assert.Equal("pods \"nope\" not found", (await cluster.Http.GetAsync(Resources.Pods.ObjectPath(ns, "nope", "log"))).Expect(404).Message);
    }

    [Fact]
    public async Task A_pod_is_reached_at_its_address_only()
    {
        var ns = await cluster.NamespaceAsync("pod-proxy");
        var pod = Manifests.Pod(ns, "p");

        // No scheduler of the cluster takes it, so it never has an address.
        pod["spec"]!["schedulerName"] = "nobody";
        await cluster.CreateAsync(Resources.Pods, pod);
        Assert.Equal("address not allowed", (await cluster.Http.GetAsync($"/api/v1/namespaces/{ns}/pods/p:8080/proxy/readyz")).Expect(400).Message);
        Assert.Equal("pods \"nope\" not found", (await cluster.Http.GetAsync($"/api/v1/namespaces/{ns}/pods/nope:8080/proxy/readyz")).Expect(404).Message);
    }

    [Fact]
    public async Task A_service_is_reached_at_the_ports_that_it_has()
    {
        var ns = await cluster.NamespaceAsync("service-proxy");
        await cluster.CreateAsync(Resources.Services, (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(
            $$$"""{"metadata":{"name":"web","namespace":"{{{ns}}}"},"spec":{"selector":{"app":"web"},"ports":[{"name":"http","port":80}]}}""")!);
        var refused = (await cluster.Http.GetAsync($"/api/v1/namespaces/{ns}/services/web:81/proxy/")).Expect(503);
        Assert.Equal(("ServiceUnavailable", "no service port 81 found for service \"web\""), (refused.Reason, refused.Message));
        Assert.Equal("services \"nope\" not found", (await cluster.Http.GetAsync($"/api/v1/namespaces/{ns}/services/nope:80/proxy/")).Expect(404).Message);
    }
}

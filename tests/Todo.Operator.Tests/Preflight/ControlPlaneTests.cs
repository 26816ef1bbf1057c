using LocalCluster.ApiServer.Storage;
using Todo.Operator.Tests.Cluster;

namespace Todo.Operator.Tests.Preflight;

public sealed class ControlPlaneTests(TestBackends backends)
{
    [Fact]
    public async Task No_control_plane()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        foreach (var part in ControlPlane.Parts)
        {
            ControlPlane.Remove(world.Api, part);
        }

        Assert.Equal(
            ["dapr/version Failed: There is no Dapr control plane in this cluster: install Dapr 1.18.2 or newer (dapr init -k, or its Helm chart)."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task Nobody_is_asked_for_sidecars()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        const string Deserted = "injector-webhook Failed: Service dapr-system/dapr-sidecar-injector, which the API server asks for sidecars, has no ready endpoint: pods are admitted without one. "
            + "kubectl get endpointslices -n dapr-system -l kubernetes.io/service-name=dapr-sidecar-injector";
        ControlPlane.RemoveEndpoints(world.Api);
        Assert.Equal([Deserted], await world.ComplaintsAsync());
        ControlPlane.AddEndpoints(world.Api, ready: false);
        Assert.Equal([Deserted], await world.ComplaintsAsync());

        ControlPlane.RemoveWebhook(world.Api);
        Assert.Equal(
            [
                "injector-webhook Failed: No MutatingWebhookConfiguration has the webhook sidecar-injector.dapr.io: pods are admitted without a sidecar, and nothing says so. "
                + "Install Dapr's chart again (helm upgrade), and look who removed it.",
            ],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_version_that_loses_messages()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        foreach (var part in ControlPlane.Parts)
        {
            ControlPlane.Remove(world.Api, part);
            ControlPlane.Add(world.Api, part, "1.17.9-mariner");
        }

        Assert.Equal(
            [
                "dapr/version Failed: Dapr is 1.17.9; 1.18.2 or newer is needed, because older ones lose messages when a consumer group is rebalanced and when a sidecar stops. "
                + "dapr upgrade -k --runtime-version 1.18.2",
            ],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task Two_versions_side_by_side()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        ControlPlane.Remove(world.Api, "sentry");
        ControlPlane.Add(world.Api, "sentry", "1.19.0");
        Assert.Equal(
            ["dapr/version Failed: Dapr is being upgraded: parts of 1.18.3 and of 1.19.0 run beside each other. Wait until all are 1.19.0."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_version_that_nobody_names_is_not_known()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        foreach (var part in ControlPlane.Parts)
        {
            ControlPlane.Remove(world.Api, part);
            ControlPlane.Add(world.Api, part, "latest");
        }

        Assert.Equal(
            ["dapr/version Unknown: The control plane's images and labels name no version (ghcr.io/dapr/operator:latest); 1.18.2 or newer is needed."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_version_that_one_part_does_not_name()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        ControlPlane.Remove(world.Api, "sentry");
        ControlPlane.Add(world.Api, "sentry", "latest");
        Assert.Equal(
            ["dapr/version Unknown: The image and labels of dapr-sentry name no version (ghcr.io/dapr/sentry:latest); 1.18.2 or newer is needed. The others are 1.18.3."],
            await world.ComplaintsAsync());
    }

    [Theory]
    [InlineData("operator", "operator", "sidecars learn of no Component")]
    [InlineData("sidecar-injector", "injector", "pods start without a sidecar and nothing says so")]
    [InlineData("sentry", "sentry", "sidecars get no certificate and do not start")]
    [InlineData("scheduler-server", "scheduler", "no reminder is looked for")]
    public async Task A_part_that_is_missing_or_not_ready(string part, string name, string without)
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        ControlPlane.Remove(world.Api, part);
        Assert.Equal([$"dapr/{name} Failed: dapr-{part} has no pod: {without}. kubectl get pods -A -l app=dapr-{part}"], await world.ComplaintsAsync());

        ControlPlane.Add(world.Api, part, "1.18.3", ready: false);
        Assert.Equal([$"dapr/{name} Failed: No pod of dapr-{part} is ready: {without}. kubectl get pods -A -l app=dapr-{part}"], await world.ComplaintsAsync());
    }

    [Fact]
    public async Task Placement_is_not_needed_but_must_not_be_broken()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        ControlPlane.Remove(world.Api, "placement-server");
        Assert.Equal(
            ["dapr/placement Warning: dapr-placement-server has no pod. The services use no actors, so nothing here needs it."],
            await world.ComplaintsAsync());

        ControlPlane.Add(world.Api, "placement-server", "1.18.3", ready: false);
        Assert.Equal(
            ["dapr/placement Failed: No pod of dapr-placement-server is ready: sidecars wait for it if actors are used. kubectl get pods -A -l app=dapr-placement-server"],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_resource_that_the_API_server_does_not_serve()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Api.Delete(ResourceTypes.CustomResourceDefinitions, null, "subscriptions.dapr.io");
        await Eventually.Async(
            async () => (await world.ComplaintsAsync()).SequenceEqual(
            [
                "dapr-api Failed: The API server does not serve subscriptions.dapr.io/v2alpha1: install Dapr 1.18.2 or newer with its CustomResourceDefinitions (helm upgrade leaves them as they were).",
            ]),
            TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Hot_reload_switched_off()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await world.ApplyAsync<Operator.Generation.DaprConfiguration>(
            """
            {"apiVersion":"dapr.io/v1alpha1","kind":"Configuration","metadata":{"name":"todo-backend","namespace":"default"},
             "spec":{"features":[{"name":"HotReload","enabled":false}]}}
            """,
            "somebody");
        Assert.Equal(
            ["hot-reload Failed: Switched off in Configuration todo-backend: remove feature HotReload from its spec.features."],
            await world.ComplaintsAsync());
    }
}

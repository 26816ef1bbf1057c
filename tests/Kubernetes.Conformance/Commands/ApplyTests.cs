using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Commands;

public sealed class ApplyTests(ClusterUnderTest cluster)
{
    private async Task<string> ReplicasAsync(string ns, string name) => (await cluster.GetAsync(Resources.Deployments, ns, name))!["spec"]!["replicas"]!.ToJsonString();

    [Fact]
    public async Task Client_side_apply_creates_then_changes_nothing_then_changes_what_changed()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("csa");
        Assert.Contains("deployment.apps/web created", await cluster.Kubectl.RunAsync($"-n {ns} apply -f -", Manifests.Deployment("web")));
        var first = (await cluster.GetAsync(Resources.Deployments, ns, "web"))!["metadata"]!;

        Assert.Contains("deployment.apps/web unchanged", await cluster.Kubectl.RunAsync($"-n {ns} apply -f -", Manifests.Deployment("web")));
        var second = (await cluster.GetAsync(Resources.Deployments, ns, "web"))!["metadata"]!;

        // A controller writes the status meanwhile, which makes versions but no generations.
        var counted = cluster.HasControllers ? "generation" : "resourceVersion";
        Assert.Equal(first[counted]!.ToString(), second[counted]!.ToString());

        Assert.Contains("deployment.apps/web configured", await cluster.Kubectl.RunAsync($"-n {ns} apply -f -", Manifests.Deployment("web", replicas: 3, env: "9")));
        var changed = (await cluster.GetAsync(Resources.Deployments, ns, "web"))!;
        Assert.Equal(3, (int)changed["spec"]!["replicas"]!);
        Assert.Equal("9", (string?)changed["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]![0]!["value"]);
        Assert.Equal(2, (int)changed["metadata"]!["generation"]!);
    }

    [Fact]
    public async Task Client_side_apply_of_a_custom_resource_removes_what_was_taken_out()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("csa-custom");
        await cluster.Kubectl.RunAsync($"-n {ns} apply -f -", Manifests.Platform("todo", """{"broker":"redis","replicas":2}"""));
        Assert.Contains("unchanged", await cluster.Kubectl.RunAsync($"-n {ns} apply -f -", Manifests.Platform("todo", """{"broker":"redis","replicas":2}""")));
        Assert.Contains("configured", await cluster.Kubectl.RunAsync($"-n {ns} apply -f -", Manifests.Platform("todo", """{"broker":"redis"}""")));

        var spec = (await cluster.GetAsync(Resources.Platforms, ns, "todo"))!["spec"]!;
        Assert.Null(spec["replicas"]);
        Assert.True((bool)spec["useDapr"]!);
    }

    [Fact]
    public async Task Server_side_apply_goes_on_where_client_side_apply_left()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("ssa-over-csa");
        await cluster.Kubectl.RunAsync($"-n {ns} apply -f -", Manifests.Deployment("web"));

        Assert.Contains("serverside-applied", await cluster.Kubectl.RunAsync($"-n {ns} apply --server-side -f -", Manifests.Deployment("web", replicas: 2)));
        Assert.Contains("serverside-applied", await cluster.Kubectl.RunAsync($"-n {ns} apply --server-side -f -", Manifests.Deployment("web", replicas: 2)));

        Assert.Equal("2", await ReplicasAsync(ns, "web"));
        var managers = (await cluster.GetAsync(Resources.Deployments, ns, "web"))!["metadata"]!["managedFields"]!.AsArray()
            .Select(m => $"{m!["manager"]} {m["operation"]}").Where(m => !m.StartsWith("kube-controller-manager ", StringComparison.Ordinal)).Order();
        Assert.Equal(["kubectl Apply", "kubectl-last-applied Apply"], managers);
    }

    [Fact]
    public async Task Server_side_apply_names_who_is_in_the_way_and_takes_over_by_force()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("ssa-conflict");
        await cluster.Kubectl.RunAsync($"-n {ns} apply --server-side -f -", Manifests.Deployment("web"));
        await cluster.Kubectl.RunAsync($"-n {ns} scale deployment/web --replicas 4");

        var refused = await cluster.Kubectl.TryAsync($"-n {ns} apply --server-side -f -", Manifests.Deployment("web", replicas: 2));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("""conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas""", refused.Error);
        Assert.Equal("4", await ReplicasAsync(ns, "web"));

        await cluster.Kubectl.RunAsync($"-n {ns} apply --server-side --force-conflicts -f -", Manifests.Deployment("web", replicas: 2));
        Assert.Equal("2", await ReplicasAsync(ns, "web"));
    }

    [Fact]
    public async Task Diff_shows_what_apply_would_change_and_changes_nothing()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("diff");
        await cluster.Kubectl.RunAsync($"-n {ns} apply -f -", Manifests.Platform("todo", """{"broker":"kafka"}"""));
        await cluster.Kubectl.RunAsync($"-n {ns} apply -f -", Manifests.Deployment("web"));
        Assert.Equal(0, (await cluster.Kubectl.TryAsync($"-n {ns} diff -f -", Manifests.Platform("todo", """{"broker":"kafka"}"""))).ExitCode);

        var custom = await cluster.Kubectl.TryAsync($"-n {ns} diff -f -", Manifests.Platform("todo", """{"broker":"redis"}"""));
        Assert.Equal(1, custom.ExitCode);
        Assert.Contains("+  broker: redis", custom.Output);

        var builtIn = await cluster.Kubectl.TryAsync($"-n {ns} diff -f -", Manifests.Deployment("web", replicas: 5));
        Assert.Contains("+  replicas: 5", builtIn.Output);
        Assert.Equal("1", await ReplicasAsync(ns, "web"));
        Assert.Equal("kafka", (string?)(await cluster.GetAsync(Resources.Platforms, ns, "todo"))!["spec"]!["broker"]);
    }

    [Theory]
    [InlineData("""{"brokr":"kafka"}""", """unknown field "spec.brokr""")]
    [InlineData("""{"broker":"nats"}""", """spec.broker: Unsupported value: "nats": supported values: "kafka", "redis""")]
    [InlineData("""{"broker":"redis","useDapr":false}""", "broker redis needs useDapr")]
    public async Task A_mistake_is_refused_with_the_field_and_what_would_be_right(string spec, string message)
    {
        Kubectl.SkipIfMissing();
        var result = await cluster.Kubectl.TryAsync("apply -f -", Manifests.Platform("mistake", spec));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error);
        Assert.Null((await cluster.GetAsync(Resources.Platforms, "default", "mistake")));
    }

    [Fact]
    public async Task A_misspelt_field_of_a_built_in_type_is_refused()
    {
        Kubectl.SkipIfMissing();
        var manifest = Manifests.Deployment("typo").Replace("\"replicas\"", "\"replicass\"", StringComparison.Ordinal);
        var result = await cluster.Kubectl.TryAsync("apply -f -", manifest);
        Assert.Contains("""strict decoding error: unknown field "spec.replicass""", result.Error);
    }
}

using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Todo.Operator.Generation;
using Todo.Operator.Hosting;

namespace Todo.Operator.Tests.Cluster;

/// <summary>A settled platform: what is noticed about it, what is said, and what is put back.</summary>
public sealed class RestTests(TestBackends backends) : ClusterTest(backends)
{
    [Fact]
    public async Task A_pod_that_comes_back_without_its_sidecar_is_said_and_moves_nothing()
    {
        await MigratedAsync();
        Cluster.Injects = false;
        await DeletePodAsync("email-delivery");
        var degraded = await Cluster.UntilAsync(p => p.Status?.Phase == "Degraded");
        var pod = await PodAsync("email-delivery");
        var message = $"No sidecar in {pod}, although the template asks for one: the injector was off. See to dapr-sidecar-injector, then: kubectl delete pod -n default {pod}";
        Assert.Equal(("False SidecarMissing", "True SidecarMissing"), (ConditionOf(degraded, "SidecarsReady"), ConditionOf(degraded, "Degraded")));
        Assert.Equal((message, "Done", 1L), (degraded.Status!.Message, degraded.Status.Stage, degraded.Status.Move!.Epoch));
        Assert.Equal("missing", degraded.Status.Services!.Single(s => s.Deployment == "email-delivery").Sidecar);
        await UntilEventAsync("Degraded", message);

        Cluster.Injects = true;
        await DeletePodAsync("email-delivery");
        var back = await Cluster.UntilMigratedAsync("dapr-kafka");
        Assert.Equal(("True Passed", "False AsExpected", 1L), (ConditionOf(back, "SidecarsReady"), ConditionOf(back, "Degraded"), back.Status!.Move!.Epoch));
    }

    [Fact]
    public async Task While_a_generated_object_is_missing_ComponentsReady_says_so()
    {
        await MigratedAsync();
        await Cluster.PatchAsync("""{"paused":true}""");
        await Cluster.UntilAsync(p => p.Status?.Phase == "Paused");
        await Cluster.Client.DeleteAsync<DaprComponent>("default", "todo-kafka-backend", cancellationToken: TestContext.Current.CancellationToken);
        var missing = await Cluster.UntilAsync(p => ConditionOf(p, "ComponentsReady") != "True Passed");
        Assert.Equal(
            ("False NotAsGenerated", "Not as generated: Component todo-kafka-backend."),
            (ConditionOf(missing, "ComponentsReady"), missing.Status!.Conditions!.Single(c => c.Type == "ComponentsReady").Message));

        await Cluster.PatchAsync("""{"paused":false}""");
        Assert.Equal("True Passed", ConditionOf(await Cluster.UntilMigratedAsync("dapr-kafka"), "ComponentsReady"));
    }

    [Fact]
    public async Task An_annotation_that_is_no_longer_generated_goes()
    {
        await MigratedAsync(""","sidecar":{"cpuLimit":"1"}""");
        Assert.Equal("1", await AnnotationAsync("email-delivery", "dapr.io/sidecar-cpu-limit"));
        await Cluster.Client.PatchAsync<V1Deployment>("default", "email-delivery", Template("""{"metadata":{"annotations":{"dapr.io/sidecar-volume-mounts":"theirs:/x"}}}"""));
        await Cluster.PatchAsync("""{"sidecar":{"cpuLimit":null}}""");
        await Eventually.Async(async () => await AnnotationAsync("email-delivery", "dapr.io/sidecar-cpu-limit") is null, TimeSpan.FromSeconds(30));
        var platform = await Cluster.UntilAsync(p => p.Status is { Phase: "Migrated", Move: { Epoch: 2, FinishedAt: not null } });
        Assert.Equal("dapr-kafka", platform.Status!.Move!.Target);
        foreach (var deployment in TestCluster.Deployments)
        {
            Assert.Null(await AnnotationAsync(deployment, "dapr.io/sidecar-cpu-limit"));
        }

        Assert.Equal("theirs:/x", await AnnotationAsync("email-delivery", "dapr.io/sidecar-volume-mounts"));
    }

    [Fact]
    public async Task Figures_go_on_at_rest_and_cost_no_write()
    {
        await MigratedAsync();
        Cluster.Services.Dead = 3;
        var writes = Cluster.Server.Requests.Writes(OperatorApplication.Name);
        Cluster.Ahead = TimeSpan.FromMinutes(2);
        await NudgeAsync();
        await Eventually.Async(
            () => Task.FromResult(Cluster.Metrics().Contains("todoplatform_lost_events{namespace=\"default\",name=\"todo\"} 3\n", StringComparison.Ordinal)), TimeSpan.FromSeconds(20));
        Cluster.Services.Dead = 4;
        await NudgeAsync();
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.Contains("todoplatform_lost_events{namespace=\"default\",name=\"todo\"} 3\n", Cluster.Metrics(), StringComparison.Ordinal);
        Assert.Equal(writes, Cluster.Server.Requests.Writes(OperatorApplication.Name));
    }

    [Fact]
    public async Task Whatever_was_generated_is_put_back_when_it_is_edited()
    {
        await MigratedAsync();
        await PutBackAsync<DaprComponent>("todo-kafka-backend", """{"spec":{"version":"v9"}}""", o => o.Spec!.Parse().GetProperty("version").GetString(), "v1");
        await PutBackAsync<DaprConfiguration>("todo-backend", """{"spec":{"metrics":{"enabled":false}}}""", o => o.Spec!.Parse().GetProperty("metrics").GetProperty("enabled").GetRawText(), "true");
        await PutBackAsync<DaprResiliency>("todo-backend", """{"spec":{"policies":{"timeouts":{"theirs":"1s"}}},"scopes":["theirs"]}""", o => o.Scopes!.ToString(), """["backend"]""");
        var subscription = (await Cluster.Client.ListAsync<DaprSubscription>(new ListOptions { Namespace = "default" })).Items.First(s => s.Scopes!.ToString() == """["email-delivery-service"]""");
        await PutBackAsync<DaprSubscription>(subscription.Name(), """{"spec":{"topic":"elsewhere"}}""", o => o.Spec!.Parse().GetProperty("topic").GetString(), subscription.Spec!.Parse().GetProperty("topic").GetString());
    }

    [Fact]
    public async Task Whatever_was_set_on_a_template_is_put_back_when_it_is_removed()
    {
        await MigratedAsync();
        await Cluster.Client.PatchAsync<V1Deployment>("default", "email-delivery", Template("""{"metadata":{"annotations":{"dapr.io/app-id":null}}}"""));
        await Eventually.Async(async () => await AnnotationAsync("email-delivery", "dapr.io/app-id") == "email-delivery-service", TimeSpan.FromSeconds(30));
        await Cluster.UntilMigratedAsync("dapr-kafka");

        var index = (await Cluster.Client.GetAsync<V1Deployment>("default", "backend"))!.Spec!.Template!.Spec!.Containers![0].Env!.ToList().FindIndex(e => e.Name == "PUBSUB_NAME");
        await Cluster.Client.PatchAsync<V1Deployment>("default", "backend", new JsonPatch().Remove($"/spec/template/spec/containers/0/env/{index}"));
        await Eventually.Async(async () => await VariableAsync("backend", "PUBSUB_NAME") == "todo-kafka-backend", TimeSpan.FromSeconds(30));
        Assert.Equal(1, (await Cluster.UntilMigratedAsync("dapr-kafka")).Status!.Move!.Epoch);
    }

    [Fact]
    public async Task What_somebody_else_has_set_on_a_template_is_said_and_not_put_back()
    {
        await MigratedAsync();
        await Cluster.Client.ApplyAsync<V1Deployment>(
            JsonNode.Parse("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"backend","namespace":"default"},"spec":{"template":{"metadata":{"annotations":{"dapr.io/log-level":"debug"}}}}}""")!.AsObject(),
            new ApplyOptions("platform-team") { Force = true });
        var refused = await Cluster.UntilAsync(p => ConditionOf(p, "Degraded") == "True WriteRefused");
        Assert.Contains("platform-team", refused.Status!.Message, StringComparison.Ordinal);
        Assert.Equal("debug", await AnnotationAsync("backend", "dapr.io/log-level"));
    }

    [Fact]
    public async Task A_pause_names_the_requests_that_wait_for_its_end()
    {
        await MigratedAsync();
        await Cluster.PatchAsync("""{"paused":true}""");
        await Cluster.UntilAsync(p => p.Status?.Phase == "Paused");
        await AnnotateAsync("abort", "a1");
        var waiting = await Cluster.UntilAsync(p => p.Status!.Message!.Contains("a1", StringComparison.Ordinal));
        Assert.EndsWith("Next: nothing, all is as the spec asks. Taken up after the pause: abort (a1).", waiting.Status!.Message, StringComparison.Ordinal);
        Assert.Equal(waiting.Status.Message, waiting.Status.Conditions!.Single(c => c.Type == "Paused").Message);

        await Cluster.PatchAsync("""{"paused":false}""");
        var after = await Cluster.UntilAsync(p => p.Status?.Acknowledged is { Count: 1 });
        Assert.Equal(("a1", "Migrated"), (after.Status!.Acknowledged![0].Token, after.Status.Phase));
    }

    private async Task PutBackAsync<T>(string name, string edit, Func<T, string?> read, string? original) where T : DaprObject
    {
        Assert.Equal(original, read((await Cluster.Client.GetAsync<T>("default", name))!));
        var edited = await Cluster.Client.PatchAsync<T>("default", name, new MergePatch(JsonNode.Parse(edit)!.AsObject()));
        Assert.NotEqual(original, read(edited));
        await Eventually.Async(async () => await Cluster.Client.GetAsync<T>("default", name) is { } now && read(now) == original, TimeSpan.FromSeconds(30), () => $"{typeof(T).Name} {name}");
        Assert.Equal(1, (await Cluster.UntilMigratedAsync("dapr-kafka")).Status!.Move!.Epoch);
    }

    private async Task<string?> AnnotationAsync(string deployment, string name) =>
        (await Cluster.Client.GetAsync<V1Deployment>("default", deployment))!.Spec!.Template!.Metadata!.Annotations!.TryGetValue(name, out var value) ? value : null;

    private async Task<string?> PodAsync(string app) => (await Cluster.Client.ListAsync<V1Pod>(new ListOptions { Namespace = "default", LabelSelector = $"app={app}" })).Items.SingleOrDefault(p => !p.IsDeleting())?.Name();

    private async Task DeletePodAsync(string app) => await Cluster.Client.DeleteAsync<V1Pod>("default", (await PodAsync(app))!, cancellationToken: TestContext.Current.CancellationToken);

    private static MergePatch Template(string template) => new(new JsonObject { ["spec"] = new JsonObject { ["template"] = JsonNode.Parse(template) } });
}

using System.Text.Json.Nodes;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using LocalCluster.ApiServer.Storage;
using Todo.Operator.Execution;
using Todo.Operator.Generation;
using Todo.Operator.Resource;

namespace Todo.Operator.Tests.Cluster;

/// <summary>Edits of what is there, platforms that are half direct, and other people's manifests.</summary>
public sealed class ReconfigureTests(TestBackends backends) : ClusterTest(backends)
{
    [Fact]
    public async Task An_edit_of_retries_and_sidecar_memory_is_a_move_of_its_own_one_app_at_a_time()
    {
        await MigratedAsync();
        using var stop = new CancellationTokenSource();
        var watching = MostRollingAsync(stop.Token);
        await Cluster.PatchAsync("""{"delivery":{"handlerTimeout":"7s"},"sidecar":{"memoryLimit":"300Mi"}}""");
        var platform = await Cluster.UntilAsync(p => p.Status is { Phase: "Migrated", Move: { Epoch: 2, FinishedAt: not null } });
        await stop.CancelAsync();
        Assert.Equal(1, await watching);
        Assert.Equal(("dapr-kafka", "dapr-kafka", "Completed"), (platform.Status!.History![^1].From, platform.Status.History[^1].To, platform.Status.History[^1].Result));
        foreach (var deployment in (await Cluster.Client.ListAsync<V1Deployment>(new ListOptions { Namespace = "default" })).Items)
        {
            Assert.Equal("300Mi", deployment.Spec!.Template!.Metadata!.Annotations!["dapr.io/sidecar-memory-limit"]);
        }

        Assert.All(
            (await Cluster.Client.ListAsync<DaprResiliency>(new ListOptions { Namespace = "default" })).Items.Where(r => r.Metadata.Name != "todo-backend"),
            r => Assert.Equal("7s", r.Spec!.Parse().GetProperty("policies").GetProperty("timeouts").GetProperty("handler").GetString()));
    }

    [Fact]
    public async Task A_hybrid_platform_keeps_a_service_on_its_own_client_and_comes_back()
    {
        await MigratedAsync(""","services":{"emailDelivery":{"useDapr":false}}""", "dapr-kafka+direct:EmailDelivery");
        Assert.Equal((null, "true"), (await VariableAsync("email-delivery", "USE_DAPR"), await VariableAsync("backend", "USE_DAPR")));
        Assert.Null(await Cluster.Client.GetAsync<DaprComponent>("default", "todo-kafka-email-delivery-service"));
        Assert.DoesNotContain(
            (await Cluster.Client.ListAsync<DaprSubscription>(new ListOptions { Namespace = "default" })).Items, s => s.Metadata.Name!.Contains("email", StringComparison.Ordinal));

        await Cluster.PatchAsync("""{"services":{"emailDelivery":{"useDapr":true}}}""");
        await Cluster.UntilMigratedAsync("dapr-kafka");
        Assert.Equal("todo-kafka-email-delivery-service", await VariableAsync("email-delivery", "PUBSUB_NAME"));
    }

    [Fact]
    public async Task TakeOver_makes_a_literal_of_valueFrom_and_deletion_with_Revert_gives_it_back()
    {
        var backend = Cluster.Api.Get(ResourceTypes.Deployments, "default", "backend")!;
        backend["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray().Insert(0, JsonNode.Parse("""
            {"name":"USE_DAPR","valueFrom":{"configMapKeyRef":{"name":"backend-config","key":"USE_DAPR"}}}
            """));
        Cluster.Api.Delete(ResourceTypes.Deployments, "default", "backend");
        backend["metadata"] = new JsonObject { ["name"] = "backend", ["namespace"] = "default" };
        backend.Remove("status");
        Cluster.Api.Create(ResourceTypes.Deployments, backend, "helm");

        await MigratedAsync(""","adoption":"TakeOver" """);
        var taken = (await Cluster.Client.GetAsync<V1Deployment>("default", "backend"))!;
        var variable = taken.Spec!.Template!.Spec!.Containers![0].Env!.Single(e => e.Name == "USE_DAPR");
        Assert.Equal(("true", null), (variable.Value, variable.ValueFrom));
        Assert.Equal("""{"USE_DAPR":{"configMapKeyRef":{"name":"backend-config","key":"USE_DAPR"}}}""", taken.Metadata.Annotations![Adoption.OriginalAnnotation]);

        await Cluster.Client.DeleteAsync<V1Alpha1TodoPlatform>("default", "todo", cancellationToken: TestContext.Current.CancellationToken);
        await Eventually.Async(async () => await Cluster.Client.GetAsync<V1Alpha1TodoPlatform>("default", "todo") is null, TimeSpan.FromSeconds(60));
        var restored = (await Cluster.Client.GetAsync<V1Deployment>("default", "backend"))!;
        variable = restored.Spec!.Template!.Spec!.Containers![0].Env!.Single(e => e.Name == "USE_DAPR");
        Assert.Equal((null, "backend-config"), (variable.Value, variable.ValueFrom?.ConfigMapKeyRef?.Name));
        Assert.False(restored.Metadata.Annotations?.ContainsKey(Adoption.OriginalAnnotation) == true);
        Assert.Contains(restored.Spec.Template.Spec.Containers[0].Env!, e => e is { Name: "OTHER", Value: "kept" });
    }

    [Fact]
    public async Task A_field_that_somebody_else_has_taken_is_reported_with_their_name()
    {
        await MigratedAsync();
        await Cluster.Client.ApplyAsync<V1Deployment>(
            JsonNode.Parse("""
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"backend","namespace":"default"},
                 "spec":{"template":{"spec":{"containers":[{"name":"backend","env":[{"name":"USE_DAPR","value":"false"}]}]}}}}
                """)!.AsObject(),
            new ApplyOptions("argocd") { Force = true });
        var platform = await Cluster.UntilAsync(p => ConditionOf(p, "Degraded") == "True WriteRefused");
        Assert.Contains("argocd", platform.Status!.Conditions!.First(c => c.Type == "Degraded").Message, StringComparison.Ordinal);
        Assert.Equal("false", await VariableAsync("backend", "USE_DAPR"));
    }

    /// <summary>The most Deployments that were seen rolling at the same time.</summary>
    private async Task<int> MostRollingAsync(CancellationToken cancellationToken)
    {
        var most = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var rolling = (await Cluster.Client.ListAsync<V1Deployment>(new ListOptions { Namespace = "default" }, CancellationToken.None)).Items
                .Count(d => d.Status?.ObservedGeneration != d.Metadata.Generation || d.Status?.UpdatedReplicas != d.Spec!.Replicas || d.Status?.Replicas != d.Spec!.Replicas);
            most = Math.Max(most, rolling);
            await Task.Delay(20, CancellationToken.None);
        }

        return most;
    }
}

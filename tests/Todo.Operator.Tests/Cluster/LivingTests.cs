using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Todo.Operator.Generation;
using Todo.Operator.Hosting;
using Todo.Operator.Resource;

namespace Todo.Operator.Tests.Cluster;

/// <summary>Plan, pause, quiet traffic and deletion against a real API server.</summary>
public sealed class LivingTests(TestBackends backends) : ClusterTest(backends)
{
    [Fact]
    public async Task PlanOnly_lists_every_change_and_makes_none()
    {
        await Cluster.StartOperatorAsync();
        await Cluster.ApplyAsync($$"""{"useDapr":true,"broker":"redis","planOnly":true,{{Fast}}}""");
        var platform = await Cluster.UntilAsync(p => p.Status?.Plan is { Count: > 0 });
        Assert.Equal("True PlanOnly", ConditionOf(platform, "Paused"));
        Assert.Equal("False Paused", ConditionOf(platform, "Migrated"));
        Assert.Contains(platform.Status!.Plan!, e => e is { Object: "Component/todo-redis-backend", Change: "create" });
        Assert.Contains(platform.Status.Plan!, e => e.Object == "Deployment/backend" && e.Change!.Contains("publishes to todo-redis-backend", StringComparison.Ordinal));
        Assert.All(platform.Status.Preflight!, c => Assert.NotEqual("Failed", c.Result));
        Assert.Empty((await Cluster.Client.ListAsync<DaprComponent>(new ListOptions { Namespace = "default" })).Items);
        Assert.Null(await VariableAsync("backend", "USE_DAPR"));

        await Cluster.PatchAsync("""{"planOnly":false}""");
        var moved = await Cluster.UntilMigratedAsync("dapr-redis");
        Assert.Null(moved.Status!.Plan);
        Assert.Equal("False NotPaused", ConditionOf(moved, "Paused"));
    }

    [Fact]
    public async Task A_pause_says_since_when_and_what_comes_next_and_nothing_is_written_meanwhile()
    {
        await MigratedAsync();
        await Cluster.PatchAsync("""{"broker":"redis","rollout":{"soak":"1h","stepTimeout":"2h"}}""");
        await Cluster.UntilAsync(p => p.Status is { Stage: "Publishers" } && p.Status.Message!.StartsWith("Watching", StringComparison.Ordinal));
        await Cluster.PatchAsync("""{"paused":true}""");
        var paused = await Cluster.UntilAsync(p => p.Status?.Phase == "Paused");
        Assert.Matches(@"^Paused by spec\.paused since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\. Next: Watching backend before the next one\.$", paused.Status!.Message);
        Assert.Equal("True SpecPaused", ConditionOf(paused, "Paused"));

        await Cluster.PatchAsync("""{"rollout":{"soak":"100ms"}}""");
        await Cluster.UntilAsync(p => p.Status?.ObservedGeneration == p.Metadata.Generation);
        var writes = Cluster.Server.Requests.Writes(OperatorApplication.Name);
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.Equal(writes, Cluster.Server.Requests.Writes(OperatorApplication.Name));
        Assert.Equal("todo-kafka-recurring-task-service", await VariableAsync("recurring-service", "PUBSUB_NAME"));

        await Cluster.PatchAsync("""{"paused":false}""");
        await Cluster.UntilMigratedAsync("dapr-redis");
    }

    [Fact]
    public async Task Quiet_traffic_is_filled_up_with_probes_and_when_none_is_handled_a_person_decides()
    {
        await MigratedAsync();
        Cluster.Services.Quiet = true;
        await Cluster.PatchAsync("""{"broker":"redis","rollout":{"analysis":{"inconclusiveLimit":5}}}""");
        var paused = await Cluster.UntilAsync(p => p.Status is { Phase: "Paused", Analysis.Inconclusive: 5 });
        Assert.Equal("True Inconclusive", ConditionOf(paused, "Paused"));
        Assert.Contains("platform.todo.io/promote", paused.Status!.Message, StringComparison.Ordinal);
        Assert.Equal("Unknown Inconclusive", ConditionOf(paused, "AnalysisPassed"));
        Assert.True(Cluster.Services.ProbesSent > 50, $"{Cluster.Services.ProbesSent} probes were sent.");

        Cluster.Services.Quiet = false;
        await AnnotateAsync("retry", "1");
        await Cluster.UntilMigratedAsync("dapr-redis");
    }

    [Theory]
    [InlineData("Revert")]
    [InlineData("Retain")]
    public async Task A_deletion_goes_on_after_a_crash(string policy)
    {
        await MigratedAsync($$""","deletionPolicy":"{{policy}}" """);
        await Cluster.StopOperatorAsync();
        await Cluster.Client.DeleteAsync<V1Alpha1TodoPlatform>("default", "todo", cancellationToken: TestContext.Current.CancellationToken);
        if (policy == "Revert")
        {
            await Cluster.StartOperatorAsync();
            await Cluster.UntilAsync(p => p.Status is { Phase: "Deleting", Stage: "Publishers" });
            await Cluster.StopOperatorAsync();
        }

        await Cluster.StartOperatorAsync();
        await Eventually.Async(async () => await Cluster.Client.GetAsync<V1Alpha1TodoPlatform>("default", "todo") is null, TimeSpan.FromSeconds(60));
        Assert.Equal(policy == "Revert" ? 0 : 5, (await Cluster.Client.ListAsync<DaprComponent>(new ListOptions { Namespace = "default" })).Items.Count);
        Assert.Equal(policy == "Revert" ? null : "true", await VariableAsync("backend", "USE_DAPR"));
    }

    [Fact]
    public async Task A_stuck_deletion_says_why_and_how_to_let_go()
    {
        await MigratedAsync();
        await Cluster.PatchAsync("""{"rollout":{"stepTimeout":"2s"}}""");
        await Cluster.UntilMigratedAsync("dapr-kafka");
        Cluster.Services.Deaf = true;
        await Cluster.Client.DeleteAsync<V1Alpha1TodoPlatform>("default", "todo", cancellationToken: TestContext.Current.CancellationToken);
        var stuck = await Cluster.UntilAsync(p => ConditionOf(p, "Degraded") == "True DeletionStuck");
        Assert.Contains("Waiting for", stuck.Status!.Message, StringComparison.Ordinal);
        Assert.Contains("spec.deletionPolicy: Retain lets the resource go", stuck.Status.Message, StringComparison.Ordinal);

        await Cluster.PatchAsync("""{"deletionPolicy":"Retain"}""");
        await Eventually.Async(async () => await Cluster.Client.GetAsync<V1Alpha1TodoPlatform>("default", "todo") is null, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task An_object_of_somebody_else_is_not_overwritten_and_its_manager_is_named()
    {
        var theirs = JsonNode.Parse(
            """
            {"apiVersion":"dapr.io/v1alpha1","kind":"Component","metadata":{"name":"todo-redis-backend","namespace":"default"},
             "spec":{"type":"pubsub.redis","version":"v1","metadata":[{"name":"redisHost","value":"elsewhere:6379"}]},"scopes":["somebody"]}
            """)!.AsObject();
        await MigratedAsync();
        var before = await Cluster.Client.ApplyAsync<DaprComponent>(theirs, new ApplyOptions("platform-team"));
        await Cluster.PatchAsync("""{"broker":"redis"}""");
        var refused = await Cluster.UntilAsync(p => ConditionOf(p, "Degraded") == "True WriteRefused");
        Assert.Contains("Component todo-redis-backend: ", refused.Status!.Message, StringComparison.Ordinal);
        Assert.Contains("platform-team", refused.Status.Message, StringComparison.Ordinal);
        var after = (await Cluster.Client.GetAsync<DaprComponent>("default", "todo-redis-backend"))!;
        Assert.Equal((before.Uid(), before.ResourceVersion()), (after.Uid(), after.ResourceVersion()));
        Assert.Equal("todo-kafka-backend", await VariableAsync("backend", "PUBSUB_NAME"));

        await Cluster.Client.DeleteAsync<DaprComponent>("default", "todo-redis-backend", cancellationToken: TestContext.Current.CancellationToken);
        await Cluster.UntilMigratedAsync("dapr-redis");
    }

    [Fact]
    public async Task Drift_is_put_back_at_once_and_replicas_are_left_alone()
    {
        await MigratedAsync();
        await Cluster.Client.DeleteAsync<DaprComponent>("default", "todo-kafka-backend", cancellationToken: TestContext.Current.CancellationToken);
        await Cluster.Client.PatchAsync<V1Deployment>("default", "email-delivery", new MergePatch(JsonNode.Parse("""{"spec":{"replicas":2,"template":{"metadata":{"annotations":{"dapr.io/enabled":null}}}}}""")!.AsObject()));
        await Eventually.Async(async () => await Cluster.Client.GetAsync<DaprComponent>("default", "todo-kafka-backend") is not null, TimeSpan.FromSeconds(20));
        await Eventually.Async(
            async () => (await Cluster.Client.GetAsync<V1Deployment>("default", "email-delivery"))!.Spec!.Template!.Metadata!.Annotations!.ContainsKey("dapr.io/enabled"), TimeSpan.FromSeconds(20));
        Assert.Equal(2, (await Cluster.Client.GetAsync<V1Deployment>("default", "email-delivery"))!.Spec!.Replicas);
        await Cluster.UntilMigratedAsync("dapr-kafka");
    }
}

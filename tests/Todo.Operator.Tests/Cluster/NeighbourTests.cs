using System.Text.Json.Nodes;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Todo.Operator.Resource;

namespace Todo.Operator.Tests.Cluster;

/// <summary>Several platforms, and what they look like in figures.</summary>
public sealed class NeighbourTests(TestBackends backends) : ClusterTest(backends)
{
    private const string Elsewhere = """
        "services":{"backend":{"deployment":"b2","appId":"b2"},"notification":{"deployment":"n2","appId":"n2"},
                    "emailDelivery":{"deployment":"e2","appId":"e2"},"recurringTask":{"deployment":"r2","appId":"r2"}}
        """;

    private static readonly (string Field, string Deployment, string AppId)[] Fields =
    [
        ("backend", "backend", "backend"), ("notification", "notification-service", "notification-service"),
        ("emailDelivery", "email-delivery", "email-delivery-service"), ("recurringTask", "recurring-service", "recurring-task-service"),
    ];

    [Fact]
    public async Task The_second_that_names_the_same_Deployment_is_refused_and_changes_nothing()
    {
        await MigratedAsync();
        var before = (await Cluster.Client.GetAsync<V1Deployment>("default", "backend"))!.Metadata.Generation;
        await ApplyAsync("second", $$"""{"useDapr":true,"broker":"redis",{{Fast}}}""");
        var refused = await UntilAsync("second", p => p.Status?.Phase is not null);
        Assert.Equal(("Degraded", "True DeploymentTaken"), (refused.Status!.Phase, ConditionOf(refused, "Degraded")));
        Assert.Contains("Deployment backend belongs to TodoPlatform todo", refused.Status.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing is changed", refused.Status.Message, StringComparison.Ordinal);

        await Cluster.Client.DeleteAsync<V1Alpha1TodoPlatform>("default", "second", cancellationToken: TestContext.Current.CancellationToken);
        await Eventually.Async(async () => await Cluster.Client.GetAsync<V1Alpha1TodoPlatform>("default", "second") is null, TimeSpan.FromSeconds(20));
        Assert.Equal(before, (await Cluster.Client.GetAsync<V1Deployment>("default", "backend"))!.Metadata.Generation);
        Assert.Equal("todo-kafka-backend", await VariableAsync("backend", "PUBSUB_NAME"));
    }

    [Fact]
    public async Task One_moves_at_a_time_and_the_others_say_for_whom_they_wait()
    {
        await MigratedAsync();
        await Cluster.PatchAsync("""{"broker":"redis","rollout":{"soak":"1h","stepTimeout":"2h"}}""");
        await Cluster.UntilAsync(p => p.Status is { Stage: "Publishers" });
        await ApplyAsync("second", $$"""{"useDapr":true,"broker":"kafka",{{Elsewhere}},{{Fast}}}""");
        var waiting = await UntilAsync("second", p => p.Status?.Phase is not null);
        Assert.Equal(("Pending", "False WaitingForOthers"), (waiting.Status!.Phase, ConditionOf(waiting, "Progressing")));
        Assert.Equal("The move to dapr-kafka waits for default/todo: 1 may move at a time (MAX_MOVING of the operator).", waiting.Status.Message);

        // One that waits for a person does not hold up the others.
        await Cluster.PatchAsync("""{"paused":true}""");
        var next = await UntilAsync("second", p => p.Status?.Phase == "Preflight");
        Assert.Contains("There is no Deployment b2", next.Status!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_stuck_does_not_hold_up_the_others()
    {
        await MigratedAsync();
        await Cluster.PatchAsync("""{"rollout":{"stepTimeout":"2s"}}""");
        await Cluster.UntilMigratedAsync("dapr-kafka");
        Cluster.Services.Deaf = true;
        await Cluster.Client.DeleteAsync<V1Alpha1TodoPlatform>("default", "todo", cancellationToken: TestContext.Current.CancellationToken);
        await Cluster.UntilAsync(p => ConditionOf(p, "Degraded") == "True DeletionStuck");
        await ApplyAsync("second", $$"""{"useDapr":true,"broker":"kafka",{{Elsewhere}},{{Fast}}}""");
        Assert.Equal("Preflight", (await UntilAsync("second", p => p.Status?.Phase is not null)).Status!.Phase);
    }

    [Fact]
    public async Task One_whose_spec_is_refused_in_the_middle_does_not_hold_up_the_others()
    {
        await MigratedAsync();
        await Cluster.PatchAsync("""{"broker":"redis","rollout":{"soak":"1h","stepTimeout":"2h"}}""");
        await Cluster.UntilAsync(p => p.Status is { Stage: "Publishers" });
        await Cluster.PatchWithoutRulesAsync("""{"delivery":{"handlerTimeout":"20s"}}""");
        await Cluster.UntilAsync(p => ConditionOf(p, "Degraded") == "True InvalidSpec");
        await ApplyAsync("second", $$"""{"useDapr":true,"broker":"kafka",{{Elsewhere}},{{Fast}}}""");
        Assert.Equal("Preflight", (await UntilAsync("second", p => p.Status?.Phase is not null)).Status!.Phase);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Of_three_that_want_to_begin_at_once_as_many_do_as_may(int limit)
    {
        string[] names = ["one", "two", "three"];
        foreach (var name in names)
        {
            TestCluster.DeployServices(Cluster.Api, $"-{name}");
            var services = string.Join(',', Fields.Select(f => $$""" "{{f.Field}}":{"deployment":"{{f.Deployment}}-{{name}}","appId":"{{f.AppId}}-{{name}}"} """));
            await ApplyAsync(name, $$"""{"useDapr":false,"broker":"kafka","services":{ {{services}} },{{Fast}}}""");
        }

        // None of their probes is handled, so that whoever has begun goes on moving.
        Cluster.Services.Deaf = true;
        await Cluster.StartOperatorAsync(limit);
        foreach (var name in names)
        {
            await UntilAsync(name, p => p.Status is { Move.Epoch: 1 } or { Phase: "Pending" });
        }

        var all = (await Cluster.Client.ListAsync<V1Alpha1TodoPlatform>(new ListOptions { Namespace = "default" })).Items;
        var begun = all.Where(p => p.Status?.Move is { Epoch: 1 }).Select(p => $"default/{p.Metadata.Name}").ToList();
        Assert.Equal(limit, begun.Count);
        Assert.All(
            all.Where(p => p.Status?.Phase == "Pending"),
            p => Assert.Equal($"The move to direct-kafka waits for {string.Join(", ", begun)}: {limit} may move at a time (MAX_MOVING of the operator).", p.Status!.Message));
        Assert.Equal(3 - limit, all.Count(p => p.Status?.Phase == "Pending"));
    }

    [Fact]
    public async Task Figures_are_there_from_the_start_and_go_with_the_platform()
    {
        await Cluster.StartOperatorAsync();
        Assert.Contains("todoplatform_rollbacks_total{reason=\"AnalysisFailed\"} 0\n", Cluster.Metrics(), StringComparison.Ordinal);
        Assert.Contains("todoplatform_verdicts_total{verdict=\"Inconclusive\"} 0\n", Cluster.Metrics(), StringComparison.Ordinal);
        await Cluster.ApplyAsync($$"""{"useDapr":true,"broker":"kafka",{{Fast}}}""");
        await Cluster.UntilMigratedAsync("dapr-kafka");
        Cluster.Services.FailingOn = "-redis-";
        await Cluster.PatchAsync("""{"broker":"redis"}""");
        await Cluster.UntilAsync(p => p.Status?.Phase == "RolledBack");
        await Eventually.Async(() => Task.FromResult(Cluster.Metrics().Contains("todoplatform_phase{namespace=\"default\",name=\"todo\",phase=\"RolledBack\"} 1\n", StringComparison.Ordinal)), TimeSpan.FromSeconds(10));
        var text = Cluster.Metrics();
        Assert.Contains("todoplatform_rollbacks_total{reason=\"AnalysisFailed\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("todoplatform_phase{namespace=\"default\",name=\"todo\",phase=\"Migrated\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("todoplatform_in_flight_events{namespace=\"default\",name=\"todo\",transport=\"dapr-redis\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("todoplatform_lost_events{namespace=\"default\",name=\"todo\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("todoplatform_move_duration_seconds_count{result=\"Completed\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("todoplatform_verdicts_total{verdict=\"Failed\"} 0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("todoplatform_stage_duration_seconds_count{stage=\"Publishers\"} 0\n", text, StringComparison.Ordinal);

        await Cluster.Client.DeleteAsync<V1Alpha1TodoPlatform>("default", "todo", cancellationToken: TestContext.Current.CancellationToken);
        V1Alpha1TodoPlatform? last = null;
        await Eventually.Async(
            async () => (last = await Cluster.Client.GetAsync<V1Alpha1TodoPlatform>("default", "todo")) is null,
            TimeSpan.FromSeconds(60),
            () => $"Still there: {last?.Status?.Message}");
        await Eventually.Async(
            () => Task.FromResult(!Cluster.Metrics().Contains("name=\"todo\"", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(20),
            () => string.Join('\n', Cluster.Metrics().Split('\n').Where(l => l.Contains("name=\"todo\"", StringComparison.Ordinal))));
    }

    private Task<V1Alpha1TodoPlatform> ApplyAsync(string name, string spec) => Cluster.Client.ApplyAsync<V1Alpha1TodoPlatform>(
        new JsonObject
        {
            ["apiVersion"] = "platform.todo.io/v1alpha1",
            ["kind"] = "TodoPlatform",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" },
            ["spec"] = JsonNode.Parse(spec),
        },
        new ApplyOptions("test") { Force = true });

    private async Task<V1Alpha1TodoPlatform> UntilAsync(string name, Func<V1Alpha1TodoPlatform, bool> wanted)
    {
        V1Alpha1TodoPlatform? last = null;
        await Eventually.Async(
            async () => (last = await Cluster.Client.GetAsync<V1Alpha1TodoPlatform>("default", name)) is { } found && wanted(found),
            TimeSpan.FromSeconds(90),
            () => $"{name}: {last?.Status?.Phase}/{last?.Status?.Stage} {last?.Status?.Message}");
        return last!;
    }
}

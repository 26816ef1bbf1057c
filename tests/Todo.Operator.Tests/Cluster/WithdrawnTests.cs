using Todo.Operator.Hosting;

namespace Todo.Operator.Tests.Cluster;

/// <summary>What was asked for, refused and taken back leaves nothing behind in status.</summary>
public sealed class WithdrawnTests(TestBackends backends) : ClusterTest(backends)
{
    [Fact]
    public async Task A_failed_check_of_a_wish_that_was_taken_back_is_withdrawn()
    {
        await MigratedAsync();
        ControlPlane.Remove(Cluster.Api, "sentry");
        await Cluster.PatchAsync("""{"broker":"redis"}""");
        var refused = await Cluster.UntilAsync(p => p.Status is { Phase: "Preflight" } && p.Status.Preflight!.Any(c => c.Result == "Failed"));
        Assert.Equal("False ChecksFailed", ConditionOf(refused, "PreflightPassed"));

        await Cluster.PatchAsync("""{"broker":"kafka"}""");
        var back = await Cluster.UntilMigratedAsync("dapr-kafka");
        Assert.Empty(back.Status!.Preflight ?? []);
        Assert.Equal(("True NoChecksDue", "True TargetReached"), (ConditionOf(back, "PreflightPassed"), ConditionOf(back, "Migrated")));
        Assert.Equal(1, back.Status.Move!.Epoch);
        await UntilEventAsync("PreflightWithdrawn", "No longer asked for: dapr/sentry.");

        var writes = Cluster.Server.Requests.Writes(OperatorApplication.Name);
        await NudgeAsync();
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.Equal(writes, Cluster.Server.Requests.Writes(OperatorApplication.Name));
    }

    [Fact]
    public async Task In_the_middle_of_a_move_too()
    {
        await MigratedAsync();
        await Cluster.PatchAsync("""{"broker":"redis","rollout":{"soak":"1h","stepTimeout":"2h"}}""");
        await Cluster.UntilAsync(p => p.Status is { Stage: "Publishers" });
        ControlPlane.Remove(Cluster.Api, "sentry");
        await Cluster.PatchAsync("""{"tracing":{"endpoint":"elsewhere:4317"}}""");
        await Cluster.UntilAsync(p => ConditionOf(p, "PreflightPassed") == "False ChecksFailed");
        await Cluster.PatchAsync("""{"tracing":null}""");
        var back = await Cluster.UntilAsync(p => p.Status is { Stage: "Publishers", Phase: "Swapping" });
        Assert.Equal(("True NoChecksDue", 2), (ConditionOf(back, "PreflightPassed"), back.Status!.Move!.Epoch));
        Assert.Empty(back.Status.Preflight ?? []);
    }
}

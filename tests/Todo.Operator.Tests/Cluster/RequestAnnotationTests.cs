namespace Todo.Operator.Tests.Cluster;

/// <summary>The annotations for people, from the API server to the Deployments and back to status.</summary>
public sealed class RequestAnnotationTests(TestBackends backends) : ClusterTest(backends)
{
    [Fact]
    public async Task Abort_then_retry_then_rollback()
    {
        await MigratedAsync();
        Cluster.Services.FailingOn = "-redis-";
        await Cluster.PatchAsync("""{"broker":"redis","rollout":{"analysis":{"failureLimit":100}}}""");
        await Cluster.UntilAsync(p => p.Status is { Stage: "Publishers", Analysis.Failures: > 0 });
        await AnnotateAsync("abort", "a1");
        var aborted = await Cluster.UntilAsync(p => p.Status?.Phase == "RolledBack");
        Assert.Equal(("True Aborted", "dapr-kafka"), (ConditionOf(aborted, "RolledBack"), aborted.Status!.Move!.Target));
        Assert.Equal(["Completed", "Aborted", "RolledBack"], aborted.Status.History!.Select(h => h.Result!));
        Assert.Equal(("abort", "a1", "Going back to dapr-kafka."), (aborted.Status.Acknowledged![0].Request, aborted.Status.Acknowledged[0].Token, aborted.Status.Acknowledged[0].Result));
        Assert.True(aborted.Status.Move.PublishersBackAt >= aborted.Status.Move.Failure!.At);
        Assert.NotNull(aborted.Status.Move.DrainedAt);
        Assert.Equal("todo-kafka-backend", await VariableAsync("backend", "PUBSUB_NAME"));

        Cluster.Services.FailingOn = null;
        await AnnotateAsync("retry", "r1");
        var retried = await Cluster.UntilMigratedAsync("dapr-redis");
        Assert.Equal("False NotRolledBack", ConditionOf(retried, "RolledBack"));

        await AnnotateAsync("rollback", "b1");
        var back = await Cluster.UntilAsync(p => p.Status is { Phase: "RolledBack", Move.FinishedAt: not null });
        Assert.Equal(("True RollbackRequested", "dapr-kafka"), (ConditionOf(back, "RolledBack"), back.Status!.Move!.Target));
        Assert.Equal("redis", back.Spec.Broker);
        Assert.Equal(["abort", "rollback", "retry"], back.Status.Acknowledged!.Select(a => a.Request));
    }

    [Fact]
    public async Task A_request_that_makes_no_sense_is_acknowledged_and_nothing_else_changes()
    {
        var before = await MigratedAsync();
        await AnnotateAsync("abort", "too late");
        var after = await Cluster.UntilAsync(p => p.Status?.Acknowledged is { Count: 1 });
        Assert.StartsWith("Refused: no move is under way", after.Status!.Acknowledged![0].Result, StringComparison.Ordinal);
        Assert.Equal((before.Status!.Move!.Epoch, "Migrated"), (after.Status.Move!.Epoch, after.Status.Phase));
    }
}

using System.Diagnostics;
using System.Text.RegularExpressions;
using LocalCluster.Hosting.Todo;
using static LocalCluster.Hosting.Todo.Destination;

namespace EndToEnd.Tests;

/// <summary>
/// What a person does with a platform beside moving it, under load and with kubectl: abort, retry, rollback, plan, pause, delete. Nothing acknowledged is lost,
/// doubled or refused by any of it. Long: all but one are in `make test-long`.
/// </summary>
[TestCaseOrderer(typeof(DeclarationOrder))]
public sealed class LivingTests(PlatformFixture fixture)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private TodoCluster Cluster => fixture.Cluster;

    private PlatformAsked Asked => new(Cluster, Deadline);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public Task Abort_then_retry_then_rollback() => UnderLoad.RunAsync(Cluster, DaprKafka, "abort-retry-rollback", async mover =>
    {
        await mover.AskAsync(DaprRedis, Cancelled);
        await Asked.UntilAsync("two publishers on Redis", v => v.Stage == "Publishers" && v.Progress.StartsWith('2'));
        await Asked.AnnotateAsync("abort", "e2e");
        await Asked.UntilAsync("the abort", v => v.Is("RolledBack"));
        await Asked.AssertRolledBackAsync("Aborted");
        Assert.Equal("dapr-kafka", await Asked.StatusAsync("move.target"));
        Assert.Equal("e2e", await Asked.StatusAsync("acknowledged[?(@.request==\"abort\")].token"));
        await Asked.AssertPublishersAsync("kafka");

        await Asked.AnnotateAsync("retry", "e2e");
        await Asked.UntilAsync("the retry", v => v.Is("Migrated"));
        await Asked.AssertPublishersAsync("redis");

        await Asked.AnnotateAsync("rollback", "e2e");
        await Asked.UntilAsync("the rollback", v => v.Is("RolledBack"));
        await Asked.AssertRolledBackAsync("RollbackRequested");
        await Asked.AssertPublishersAsync("kafka");
        await mover.AskAsync(DaprKafka, Cancelled);
        await Asked.UntilAsync("the end", v => v.Is("Migrated"));
    });

    [Fact(Explicit = true)]
    public Task A_plan_changes_nothing_until_it_is_let_go() => UnderLoad.RunAsync(Cluster, DaprKafka, "plan", async mover =>
    {
        var before = await Asked.GenerationsAsync();
        await Asked.PatchAsync("""{"spec":{"planOnly":true,"broker":"redis"}}""");
        await Asked.UntilAsync("the plan", v => v.Is("Paused") && v.Message.StartsWith("planOnly", StringComparison.Ordinal));
        Assert.Contains("Component/todo-redis-backend", await Asked.StatusAsync("plan[*].object"), StringComparison.Ordinal);
        Assert.Equal(before, await Asked.GenerationsAsync());
        Assert.Equal(string.Empty, await Asked.KubectlAsync("get", "components", "-o", "jsonpath={.items[?(@.spec.type==\"pubsub.redis\")].metadata.name}"));

        await Asked.PatchAsync("""{"spec":{"planOnly":false}}""");
        await mover.FollowAsync("the planned move", Deadline, progress: null, Cancelled);
        await Asked.AssertPublishersAsync("redis");
    });

    [Fact(Explicit = true)]
    public Task A_pause_in_mid_move_stands_still_and_goes_on() => UnderLoad.RunAsync(Cluster, DaprRedis, "pause", async mover =>
    {
        await mover.AskAsync(DaprKafka, Cancelled);
        await Asked.UntilAsync("the publishers", v => v.Stage == "Publishers");
        await Asked.PatchAsync("""{"spec":{"paused":true}}""");
        await Asked.UntilAsync("the pause", v => v.Is("Paused"));
        Assert.Matches(@"^Paused by spec\.paused since .+ Next: ", await Asked.StatusAsync("message"));
        var before = await Asked.GenerationsAsync();
        await StandingStillAsync(TimeSpan.FromSeconds(10), before);
        await Asked.PatchAsync("""{"spec":{"paused":false}}""");
        await mover.FollowAsync("the move after the pause", Deadline, progress: null, Cancelled);
        await Asked.AssertPublishersAsync("kafka");
    });

    [Fact(Explicit = true)]
    public Task A_service_is_left_on_its_own_client_and_comes_back() => UnderLoad.RunAsync(Cluster, DaprKafka, "hybrid", async mover =>
    {
        await Asked.PatchAsync("""{"spec":{"services":{"emailDelivery":{"useDapr":false}}}}""");
        await mover.FollowAsync("a hybrid platform", Deadline, progress: null, Cancelled);
        Assert.Equal("", await Asked.VariableAsync("email-delivery", "USE_DAPR"));
        Assert.Equal("true", await Asked.VariableAsync("backend", "USE_DAPR"));
        Assert.DoesNotContain("email-delivery", await Asked.KubectlAsync("get", "subscriptions", "-o", "name"), StringComparison.Ordinal);

        await Asked.PatchAsync("""{"spec":{"services":{"emailDelivery":{"useDapr":null}}}}""");
        await mover.FollowAsync("all through Dapr again", Deadline, progress: null, Cancelled);
        Assert.Equal("true", await Asked.VariableAsync("email-delivery", "USE_DAPR"));
    });

    [Fact(Explicit = true)]
    public Task Another_management_token_restarts_one_service_after_the_other() => UnderLoad.RunAsync(Cluster, DaprKafka, "rotation", async _ =>
    {
        const string Notes = @"jsonpath={range .items[*]}{.spec.template.metadata.annotations.platform\.todo\.io/secrets}{'\n'}{end}";
        var before = await Asked.GenerationsAsync();
        await Asked.KubectlAsync("patch", "secret", "todo-management", "--type", "merge", "--patch", """{"data":{"token":"YW5vdGhlci10b2tlbi1mb3ItdGhlLW1hbmFnZW1lbnQtcG9ydA=="}}""");
        await Asked.UntilAsync("the first restart", v => v is { Phase: "Reconfiguring", Stage: "Rotation" });
        Assert.Single(Changed(before, await Asked.GenerationsAsync()));
        await Asked.UntilAsync("the last one", v => v.Is("Migrated"));
        Assert.Equal(4, Changed(before, await Asked.GenerationsAsync()).Count());
        var notes = (await Asked.KubectlAsync("get", "deployments", "-o", Notes)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, notes.Length);
        Assert.Single(notes.Select(n => Regex.Match(n, @"\btodo-management\.token=[0-9a-f]{8}\b").Value).Distinct(), static n => n.Length > 0);
    });

    [Fact(Explicit = true)]
    public Task Deleted_with_Retain_everything_goes_on_working() => UnderLoad.RunAsync(Cluster, DaprKafka, "retain", async mover =>
    {
        var before = await Asked.GenerationsAsync();
        await Asked.PatchAsync("""{"spec":{"deletionPolicy":"Retain"}}""");
        await DeleteAsync();
        Assert.Equal(before, await Asked.GenerationsAsync());
        await Asked.AssertPublishersAsync("kafka");
        Assert.Equal(string.Empty, await Asked.KubectlAsync("get", "components", "-o", "jsonpath={.items[*].metadata.ownerReferences}"));

        await fixture.ApplyAsync(DaprKafka);
        await mover.FollowAsync("the new resource", Deadline, progress: null, Cancelled);
    });

    /// <summary>In `make test`, where RollbackTests has left the platform on Redis; so its drain is part of the way back.</summary>
    [Fact]
    public Task Deleted_with_Revert_through_a_crash_all_is_as_before() => UnderLoad.RunAsync(Cluster, DaprRedis, "revert", async mover =>
    {
        await Asked.KubectlAsync("delete", "todoplatform", TodoCluster.Platform, "--wait=false");
        await Asked.UntilAsync("the way back", v => v is { Phase: "Deleting", Stage: "Publishers" });
        Cluster.KillOperator();
        await DeleteAsync();
        Assert.Equal(string.Empty, await Asked.KubectlAsync("get", "components,subscriptions,resiliencies,configurations", "-o", "name"));
        Assert.DoesNotContain("USE_DAPR", await Asked.KubectlAsync("get", "deployments", "-o", "jsonpath={.items[*].spec.template.spec.containers[*].env[*].name}"), StringComparison.Ordinal);

        await fixture.ApplyAsync(DirectKafka);
        await mover.FollowAsync("the new resource", Deadline, progress: null, Cancelled);
    });

    private static IEnumerable<string> Changed(string before, string after) => after.Split(';').Except(before.Split(';'), StringComparer.Ordinal);

    private async Task StandingStillAsync(TimeSpan length, string generations)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (watch.Elapsed < length && await timer.WaitForNextTickAsync(Cancelled))
        {
            Assert.Equal(generations, await Asked.GenerationsAsync());
        }
    }

    private Task<string> DeleteAsync() => Asked.KubectlAsync("delete", "todoplatform", TodoCluster.Platform, "--timeout", $"{Deadline.TotalSeconds:0}s");
}

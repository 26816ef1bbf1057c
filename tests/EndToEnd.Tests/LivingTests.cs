using System.Diagnostics;
using System.Globalization;
using LocalCluster.Hosting.Todo;
using static LocalCluster.Hosting.Todo.Destination;

namespace EndToEnd.Tests;

/// <summary>
/// What a person does with a platform beside moving it, under load and with kubectl: abort, retry, rollback, plan, pause, delete. Nothing acknowledged is lost,
/// doubled or refused by any of it. Long: `make test-long` runs it.
/// </summary>
[TestCaseOrderer(typeof(DeclarationOrder))]
public sealed class LivingTests(PlatformFixture fixture)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(60);

    private TodoCluster Cluster => fixture.Cluster;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public Task Abort_then_retry_then_rollback() => UnderLoad.RunAsync(Cluster, DaprKafka, "abort-retry-rollback", async mover =>
    {
        await mover.AskAsync(DaprRedis, Cancelled);
        await UntilAsync("two publishers on Redis", v => v.Stage == "Publishers" && v.Progress.StartsWith('2'));
        await AnnotateAsync("abort", "e2e");
        await UntilAsync("the abort", v => v.Is("RolledBack"));
        Assert.Equal("Aborted", await StatusAsync("{.status.conditions[?(@.type==\"RolledBack\")].reason}"));
        Assert.Equal("dapr-kafka", await StatusAsync("{.status.move.target}"));
        Assert.Equal("e2e", await StatusAsync("{.status.acknowledged[?(@.request==\"abort\")].token}"));
        var took = await TimeAsync("{.status.move.publishersBackAt}") - await TimeAsync("{.status.move.failure.at}");
        Console.WriteLine($"abort: publishers back after {took.TotalSeconds:0} s");
        Assert.InRange(took, TimeSpan.Zero, Back);
        await AssertPublishersAsync("kafka");

        await AnnotateAsync("retry", "e2e");
        await UntilAsync("the retry", v => v.Is("Migrated"));
        await AssertPublishersAsync("redis");

        await AnnotateAsync("rollback", "e2e");
        await UntilAsync("the rollback", v => v.Is("RolledBack"));
        Assert.Equal("RollbackRequested", await StatusAsync("{.status.conditions[?(@.type==\"RolledBack\")].reason}"));
        await AssertPublishersAsync("kafka");
        await mover.AskAsync(DaprKafka, Cancelled);
        await UntilAsync("the end", v => v.Is("Migrated"));
    });

    [Fact(Explicit = true)]
    public Task A_plan_changes_nothing_until_it_is_let_go() => UnderLoad.RunAsync(Cluster, DaprKafka, "plan", async mover =>
    {
        var before = await GenerationsAsync();
        await PatchAsync("""{"spec":{"planOnly":true,"broker":"redis"}}""");
        await UntilAsync("the plan", v => v.Is("Paused") && v.Message.StartsWith("planOnly", StringComparison.Ordinal));
        Assert.Contains("Component/todo-redis-backend", await StatusAsync("{.status.plan[*].object}"), StringComparison.Ordinal);
        Assert.Equal(before, await GenerationsAsync());
        Assert.Equal(string.Empty, await Cluster.Kubectl.RunAsync(Cancelled, "get", "components", "-o", "jsonpath={.items[?(@.spec.type==\"pubsub.redis\")].metadata.name}"));

        await PatchAsync("""{"spec":{"planOnly":false}}""");
        await mover.FollowAsync("the planned move", Deadline, progress: null, Cancelled);
        await AssertPublishersAsync("redis");
    });

    [Fact(Explicit = true)]
    public Task A_pause_in_mid_move_stands_still_and_goes_on() => UnderLoad.RunAsync(Cluster, DaprRedis, "pause", async mover =>
    {
        await mover.AskAsync(DaprKafka, Cancelled);
        await UntilAsync("the publishers", v => v.Stage == "Publishers");
        await PatchAsync("""{"spec":{"paused":true}}""");
        await UntilAsync("the pause", v => v.Is("Paused"));
        Assert.Matches(@"^Paused by spec\.paused since .+ Next: ", await StatusAsync("{.status.message}"));
        var before = await GenerationsAsync();
        await StandingStillAsync(TimeSpan.FromSeconds(10), before);
        await PatchAsync("""{"spec":{"paused":false}}""");
        await mover.FollowAsync("the move after the pause", Deadline, progress: null, Cancelled);
        await AssertPublishersAsync("kafka");
    });

    [Fact(Explicit = true)]
    public Task Deleted_with_Retain_everything_goes_on_working() => UnderLoad.RunAsync(Cluster, DaprKafka, "retain", async mover =>
    {
        var before = await GenerationsAsync();
        await PatchAsync("""{"spec":{"deletionPolicy":"Retain"}}""");
        await DeleteAsync();
        Assert.Equal(before, await GenerationsAsync());
        await AssertPublishersAsync("kafka");
        Assert.Equal(string.Empty, await Cluster.Kubectl.RunAsync(Cancelled, "get", "components", "-o", "jsonpath={.items[*].metadata.ownerReferences}"));

        await fixture.ApplyAsync(DaprKafka);
        await mover.FollowAsync("the new resource", Deadline, progress: null, Cancelled);
    });

    [Fact(Explicit = true)]
    public Task Deleted_with_Revert_through_a_crash_all_is_as_before() => UnderLoad.RunAsync(Cluster, DaprKafka, "revert", async mover =>
    {
        await Cluster.Kubectl.RunAsync(Cancelled, "delete", "todoplatform", TodoCluster.Platform, "--wait=false");
        await UntilAsync("the way back", v => v is { Phase: "Deleting", Stage: "Publishers" });
        Cluster.KillOperator();
        await DeleteAsync();
        Assert.Equal(string.Empty, await Cluster.Kubectl.RunAsync(Cancelled, "get", "components,subscriptions,resiliencies,configurations", "-o", "name"));
        Assert.DoesNotContain("USE_DAPR", await Cluster.Kubectl.RunAsync(Cancelled, "get", "deployments", "-o", "jsonpath={.items[*].spec.template.spec.containers[*].env[*].name}"), StringComparison.Ordinal);

        await fixture.ApplyAsync(DirectKafka);
        await mover.FollowAsync("the new resource", Deadline, progress: null, Cancelled);
    });

    private async Task StandingStillAsync(TimeSpan length, string generations)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (watch.Elapsed < length && await timer.WaitForNextTickAsync(Cancelled))
        {
            Assert.Equal(generations, await GenerationsAsync());
        }
    }

    private Task UntilAsync(string what, Func<PlatformView, bool> isOver) => Cluster.WatchPlatformAsync(what, isOver, Deadline, Cancelled);

    private Task<string> AnnotateAsync(string request, string token) =>
        Cluster.Kubectl.RunAsync(Cancelled, "annotate", "todoplatform", TodoCluster.Platform, "--overwrite", $"platform.todo.io/{request}={token}");

    private Task<string> PatchAsync(string patch) =>
        Cluster.Kubectl.RunAsync(Cancelled, "patch", "todoplatform", TodoCluster.Platform, "--type", "merge", "--patch", patch);

    private Task<string> DeleteAsync() =>
        Cluster.Kubectl.RunAsync(Cancelled, "delete", "todoplatform", TodoCluster.Platform, "--timeout", $"{Deadline.TotalSeconds:0}s");

    private async Task<string> StatusAsync(string path) =>
        (await Cluster.Kubectl.RunAsync(Cancelled, "get", "todoplatform", TodoCluster.Platform, "-o", $"jsonpath={path}")).Trim();

    private async Task<DateTimeOffset> TimeAsync(string path) => DateTimeOffset.Parse(await StatusAsync(path), CultureInfo.InvariantCulture);

    private Task<string> GenerationsAsync() =>
        Cluster.Kubectl.RunAsync(Cancelled, "get", "deployments", "-o", "jsonpath={range .items[*]}{.metadata.name} {.metadata.generation};{end}");

    private async Task AssertPublishersAsync(string broker) => Assert.Equal(
        $"todo-{broker}-backend",
        await Cluster.Kubectl.RunAsync(Cancelled, "get", "deployment", "backend", "-o", "jsonpath={.spec.template.spec.containers[0].env[?(@.name==\"PUBSUB_NAME\")].value}"));
}

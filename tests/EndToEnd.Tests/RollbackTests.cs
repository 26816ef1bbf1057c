using LocalCluster.Hosting.Todo;
using LocalCluster.Node.Processes;
using static LocalCluster.Hosting.Todo.Destination;

namespace EndToEnd.Tests;

/// <summary>
/// Each thing that ends a move, provoked for real under load: the operator goes back by itself, all publishers are back within a minute, and nothing acknowledged is
/// lost, doubled or refused. Long: all but the first are in `make test-long`.
/// </summary>
[TestCaseOrderer(typeof(DeclarationOrder))]
public sealed class RollbackTests(PlatformFixture fixture)
{
    private const string OverDaprKafka = "todo-kafka-%";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private TodoCluster Cluster => fixture.Cluster;

    private PlatformAsked Asked => new(Cluster, Deadline);

    private GivenUp Move => new(Cluster);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The one of them that `make test` runs. It begins where JobTests ends.</summary>
    [Fact]
    public async Task Handlers_fail_one_time_in_ten() => AssertOneInTen(await RollBackAsync("AnalysisFailed", DaprRedis, DaprKafka, async () =>
    {
        await Move.PublishersAsync();
        await Move.FailOneInTenAsync(OverDaprKafka);
    }, Move.RestoreAsync));

    [Fact(Explicit = true)]
    public async Task Latency_is_three_times_what_it_was()
    {
        var saw = await RollBackAsync("AnalysisFailed", DaprKafka, DaprRedis, async () =>
        {
            await Move.PublishersAsync();
            await Move.SpoilAsync("todo-redis-%", "perform pg_sleep(0.3);");
        }, Move.RestoreAsync);
        Assert.Matches(@"^p95 is \d+ ms against \d+ ms before", saw);
    }

    [Fact(Explicit = true)]
    public async Task A_sidecar_crashes_again_and_again() => await RollBackAsync("SidecarCrashing", DaprKafka, DaprRedis, async () =>
    {
        await Move.PublishersAsync();
        await KillUntilRollbackAsync("recurring-service", "daprd");
    });

    [Fact(Explicit = true)]
    public async Task The_Component_cannot_be_loaded()
    {
        // The platform's user may not do any more what a Component does first; the checks that would have said so are left out.
        await Asked.AnnotateAsync("skip-checks", "redis,broker");
        await RedisAsync("ACL", "SETUSER", "default", "-ping");
        await RollBackAsync("ComponentNotLoaded", DaprKafka, DaprRedis, () => Task.CompletedTask, async () =>
        {
            await RedisAsync("ACL", "SETUSER", "default", "+ping");
            await Asked.KubectlAsync("annotate", "todoplatform", TodoCluster.Platform, "platform.todo.io/skip-checks-");
        }, GivenUp.ShortStep);
    }

    [Fact(Explicit = true)]
    public async Task The_new_broker_is_killed_and_stays_away() => await Move.RollBackAsync(["AnalysisFailed", "ComponentNotLoaded"], DaprKafka, DaprRedis, async () =>
    {
        // Either events for it are stuck, or the next publisher's sidecar cannot reach it any more: whichever is seen first.
        await Asked.UntilAsync("two publishers on Redis", v => v is { Stage: "Publishers", Progress: "2/4" });
        Cluster.Backends.Redis.Process.Kill();
    }, () => Cluster.Backends.Redis.StartAgainAsync(Cancelled), GivenUp.ShortStep);

    [Fact(Explicit = true)]
    public async Task A_rollout_does_not_end() => await RollBackAsync("StepTimeout", DaprKafka, DaprRedis, async () =>
    {
        // After the checks, which would have refused it, and before its turn.
        await Asked.UntilAsync("the consumers", v => v.Stage is "Consumers" or "Probe");
        await Asked.KubectlAsync("rollout", "pause", "deployment/recurring-service");
    }, () => Asked.KubectlAsync("rollout", "resume", "deployment/recurring-service"), GivenUp.ShortStep);

    [Fact(Explicit = true)]
    public async Task Pods_come_without_their_sidecar() => await RollBackAsync("SidecarMissing", DirectKafka, DaprKafka, async () =>
    {
        await Asked.UntilAsync("the first sidecar", v => v is { Stage: "Sidecars", Progress: "1/4" });
        await ScaleInjectorAsync(0);
    }, () => ScaleInjectorAsync(1), GivenUp.ShortStep);

    /// <summary>On a machine that has little time, what waits for its next attempt may wait too long first.</summary>
    private static void AssertOneInTen(string saw) => Assert.Matches(@"^(\d+\.\d % of \d+ attempts failed \(limit 5\.0 %\)|Events for \S+ are stuck: )", saw);

    private Task<string> RollBackAsync(string reason, Destination from, Destination to, Func<Task> spoil, Func<Task>? mend = null, string stepTimeout = "3m") =>
        Move.RollBackAsync([reason], from, to, spoil, mend, stepTimeout);

    private async Task KillUntilRollbackAsync(string deployment, string container)
    {
        var over = Asked.UntilAsync("the end of the crashes", v => v.Phase is "RollingBack" or "RolledBack");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (!over.IsCompleted && await timer.WaitForNextTickAsync(Cancelled))
        {
            foreach (var pod in Cluster.PodsOf(deployment))
            {
                // False: it is on its way up again.
                _ = Cluster.Kubernetes.Node.Send(TodoCluster.Namespace, pod, container, Signal.Kill);
            }
        }

        await over;
    }

    private Task<string> ScaleInjectorAsync(int replicas) => Asked.KubectlAsync("scale", "deployment/dapr-sidecar-injector", "--namespace", "dapr-system", $"--replicas={replicas}");

    private Task<object?> RedisAsync(params string[] command) => Cluster.Backends.Redis.CommandAsync(command);
}

using LocalCluster.Hosting.Todo;
using LocalCluster.Node.Processes;
using static LocalCluster.Hosting.Todo.Destination;

namespace EndToEnd.Tests;

/// <summary>
/// Each thing that ends a move, provoked for real under load: the operator goes back by itself, all publishers are back within a minute, and nothing acknowledged is
/// lost, doubled or refused. Long: `make test-long` runs it.
/// </summary>
[TestCaseOrderer(typeof(DeclarationOrder))]
public sealed class RollbackTests(PlatformFixture fixture)
{
    /// <summary>Limits that a test can wait for; the rules are those of every move.</summary>
    private const string ShortLimits = """{"spec":{"rollout":{"stepTimeout":"40s","analysis":{"interval":"1s","failureLimit":8,"minLatencyIncrease":"100ms"}}}}""";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private TodoCluster Cluster => fixture.Cluster;

    private PlatformAsked Asked => new(Cluster, Deadline);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Handlers_fail_one_time_in_ten()
    {
        var saw = await RollBackAsync("AnalysisFailed", DaprKafka, DaprRedis, async () =>
        {
            await PublishersAsync();
            // Only first attempts, so that none of them is dead after its last.
            await SpoilAsync("if new.attempts = 0 and nextval('spoiled') % 10 = 0 then raise exception 'one in ten'; end if;");
        }, RestoreAsync);
        Assert.Matches(@"^\d+\.\d % of \d+ attempts failed \(limit 5\.0 %\)", saw);
    }

    [Fact(Explicit = true)]
    public async Task Latency_is_three_times_what_it_was()
    {
        var saw = await RollBackAsync("AnalysisFailed", DaprKafka, DaprRedis, async () =>
        {
            await PublishersAsync();
            await SpoilAsync("perform pg_sleep(0.3);");
        }, RestoreAsync);
        Assert.Matches(@"^p95 is \d+ ms against \d+ ms before", saw);
    }

    [Fact(Explicit = true)]
    public async Task A_sidecar_crashes_again_and_again() => await RollBackAsync("SidecarCrashing", DaprKafka, DaprRedis, async () =>
    {
        await PublishersAsync();
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
        });
    }

    [Fact(Explicit = true)]
    public async Task The_new_broker_is_killed_and_stays_away() => await RollBackAsync(["AnalysisFailed", "ComponentNotLoaded"], DaprKafka, DaprRedis, async () =>
    {
        // Either events for it are stuck, or the next publisher's sidecar cannot reach it any more: whichever is seen first.
        await Asked.UntilAsync("two publishers on Redis", v => v is { Stage: "Publishers", Progress: "2/4" });
        Cluster.Backends.Redis.Process.Kill();
    }, () => Cluster.Backends.Redis.StartAgainAsync(Cancelled));

    [Fact(Explicit = true)]
    public async Task A_rollout_does_not_end() => await RollBackAsync("StepTimeout", DaprKafka, DaprRedis, async () =>
    {
        // After the checks, which would have refused it, and before its turn.
        await Asked.UntilAsync("the consumers", v => v.Stage is "Consumers" or "Probe");
        await Asked.KubectlAsync("rollout", "pause", "deployment/recurring-service");
    }, () => Asked.KubectlAsync("rollout", "resume", "deployment/recurring-service"));

    [Fact(Explicit = true)]
    public async Task Pods_come_without_their_sidecar() => await RollBackAsync("SidecarMissing", DirectKafka, DaprKafka, async () =>
    {
        await Asked.UntilAsync("the first sidecar", v => v is { Stage: "Sidecars", Progress: "1/4" });
        await ScaleInjectorAsync(0);
    }, () => ScaleInjectorAsync(1));

    private Task<string> RollBackAsync(string reason, Destination from, Destination to, Func<Task> spoil, Func<Task>? mend = null) =>
        RollBackAsync([reason], from, to, spoil, mend);

    /// <summary>Asks for a move, spoils it, waits for the rollback, mends what was spoilt, and asks for what there is.</summary>
    /// <returns>What the operator saw.</returns>
    private async Task<string> RollBackAsync(string[] reasons, Destination from, Destination to, Func<Task> spoil, Func<Task>? mend = null)
    {
        var saw = "";
        await UnderLoad.RunAsync(Cluster, from, $"rollback-{TestContext.Current.TestMethod!.MethodName}", async mover =>
        {
            await Asked.PatchAsync(ShortLimits);
            try
            {
                await mover.AskAsync(to, Cancelled);
                await spoil();
                await Asked.UntilAsync($"a rollback ({string.Join(" or ", reasons)})", v => v.Is("RolledBack"));
                saw = await Asked.AssertRolledBackAsync(reasons);
            }
            finally
            {
                await (mend?.Invoke() ?? Task.CompletedTask);
                await Asked.PatchAsync(PlatformFixture.Usual);
            }

            await mover.AskAsync(from, Cancelled);
            await mover.FollowAsync("what there was", Deadline, progress: null, Cancelled);
        });
        return saw;
    }

    private Task PublishersAsync() => Asked.UntilAsync("a publisher on the target", v => v.Stage == "Publishers" && v.Progress is not "0/4");

    /// <summary>Makes the database do something whenever a handler that was reached over Redis closes a delivery, in the handler's transaction.</summary>
    private Task SpoilAsync(string statement) => Cluster.ExecuteAsync($"""
        create sequence spoiled;
        create function spoil() returns trigger language plpgsql as $$ begin {statement} return new; end $$;
        create trigger spoil before update on messaging.deliveries for each row
            when (new.state = 'handled' and new.handled_via like 'todo-redis-%') execute function spoil();
        """);

    private Task RestoreAsync() => Cluster.ExecuteAsync("drop trigger if exists spoil on messaging.deliveries; drop function if exists spoil; drop sequence if exists spoiled;");

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

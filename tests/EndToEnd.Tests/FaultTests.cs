using LocalCluster.Hosting.Todo;
using static LocalCluster.Hosting.Todo.Destination;

namespace EndToEnd.Tests;

/// <summary>
/// Moves during which something dies or somebody changes their mind: nothing acknowledged is lost, nothing doubled, and what nobody answered succeeds once when it is
/// repeated.
/// </summary>
[TestCaseOrderer(typeof(DeclarationOrder))]
public sealed class FaultTests(PlatformFixture fixture)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private TodoCluster Cluster => fixture.Cluster;

    [Fact]
    public Task The_operator_is_killed_in_mid_move() => UnderLoad.RunAsync(Cluster, DirectKafka, "operator-killed", async mover =>
    {
        await mover.AskAsync(DaprKafka, TestContext.Current.CancellationToken);
        await AtStageAsync("Consumers");
        Cluster.KillOperator();
        // As a script waits for a move.
        await new PlatformAsked(Cluster, Deadline).WaitAsync("Migrated");
    });

    [Fact]
    public Task Somebody_changes_their_mind_in_mid_move() => UnderLoad.RunAsync(Cluster, DaprKafka, "change-of-mind", async mover =>
    {
        await mover.AskAsync(DaprRedis, TestContext.Current.CancellationToken);
        await AtStageAsync("Publishers");
        await mover.AskAsync(DaprKafka, TestContext.Current.CancellationToken);
        await mover.FollowAsync("the way back", Deadline, progress: null, TestContext.Current.CancellationToken);
    });

    [Fact]
    public Task A_consumer_pod_is_killed_in_mid_move() => UnderLoad.RunAsync(Cluster, DaprKafka, "consumer-killed", async mover =>
    {
        await mover.AskAsync(DaprRedis, TestContext.Current.CancellationToken);
        await AtStageAsync("Publishers");
        Cluster.Kill("recurring-service", "recurring-task");
        await mover.FollowAsync("the move after the consumer's death", Deadline, progress: null, TestContext.Current.CancellationToken);
    });

    [Fact]
    public Task The_backend_pod_is_killed_in_mid_move() => UnderLoad.RunAsync(Cluster, DaprRedis, "backend-killed", async mover =>
    {
        await mover.AskAsync(DaprKafka, TestContext.Current.CancellationToken);
        await AtStageAsync("Consumers");
        Cluster.Kill("backend", "backend");
        await mover.FollowAsync("the move after the backend's death", Deadline, progress: null, TestContext.Current.CancellationToken);
    }, repeatFor: TimeSpan.FromSeconds(30));

    [Fact]
    public Task A_sidecar_is_killed_in_mid_move() => UnderLoad.RunAsync(Cluster, DaprKafka, "sidecar-killed", async mover =>
    {
        await mover.AskAsync(DaprRedis, TestContext.Current.CancellationToken);
        await AtStageAsync("Consumers");
        Cluster.Kill("email-delivery", "daprd");
        await mover.FollowAsync("the move after the sidecar's death", Deadline, progress: null, TestContext.Current.CancellationToken);
    });

    /// <summary>
    /// With it goes what nobody has read yet: that is sent again over the target, and then the broker is left without its word. Long: its silence is waited for.
    /// </summary>
    [Fact(Explicit = true)]
    public async Task The_old_broker_dies_for_good_in_mid_move()
    {
        var asked = new PlatformAsked(Cluster, Deadline);
        var said = new List<string>();
        long replayed = 0;
        try
        {
            await UnderLoad.RunAsync(Cluster, DaprRedis, "old-broker-dies", async mover =>
            {
                await asked.PatchAsync("""{"spec":{"drain":{"timeout":"20s"}}}""");
                var before = await ReplayedAsync();
                await mover.AskAsync(DaprKafka, TestContext.Current.CancellationToken);
                await AtStageAsync("Publishers");
                foreach (var consumer in (string[])["notification-service", "email-delivery", "recurring-service"])
                {
                    Cluster.Kill(consumer, "daprd");
                }

                await UntilOpenAsync(atLeast: 20);
                Cluster.Backends.Redis.Process.Kill();
                await mover.FollowAsync("the move away from the dead broker", Deadline, said.Add, TestContext.Current.CancellationToken);
                Assert.Equal("Retired", await asked.StatusAsync("transports[?(@.name==\"dapr-redis\")].state"));
                replayed = await ReplayedAsync() - before;
            });
        }
        finally
        {
            Console.WriteLine($"old broker dead: {replayed} events sent again; status said:{Environment.NewLine}{string.Join(Environment.NewLine, said.Distinct())}");
            await Cluster.Backends.Redis.StartAgainAsync(TestContext.Current.CancellationToken);
            await asked.PatchAsync("""{"spec":{"drain":{"timeout":null}}}""");
        }

        Assert.InRange(replayed, 1, long.MaxValue);
        Assert.Contains(said, s => s.Contains("open events of redis again over dapr-kafka", StringComparison.Ordinal));
        Assert.Contains(said, s => s.Contains("redis has not answered for more than 60 s", StringComparison.Ordinal));
    }

    private async Task<long> ReplayedAsync() => (await Cluster.ReadLedgerAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken)).Replayed;

    private async Task UntilOpenAsync(long atLeast)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await Cluster.CountAsync("select count(*) from messaging.deliveries where state = 'open'") < atLeast)
        {
            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }

    private Task AtStageAsync(string stage) =>
        Cluster.WatchPlatformAsync($"stage {stage}", view => view.Stage == stage, Deadline, TestContext.Current.CancellationToken);
}

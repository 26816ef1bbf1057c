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
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private TodoCluster Cluster => fixture.Cluster;

    [Fact]
    public Task The_operator_is_killed_in_mid_move() => UnderLoad.RunAsync(Cluster, DirectKafka, "operator-killed", async mover =>
    {
        await mover.AskAsync(DaprKafka, TestContext.Current.CancellationToken);
        await AtStageAsync("Consumers");
        Cluster.KillOperator();
        await mover.FollowAsync("the move after the operator's death", Deadline, progress: null, TestContext.Current.CancellationToken);
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
    /// What is still on it is sent again over the target; then it is left without its word. Long: the broker is waited for, and then its silence.
    /// </summary>
    [Fact(Explicit = true)]
    public async Task The_old_broker_dies_for_good_in_mid_move()
    {
        var asked = new PlatformAsked(Cluster, TimeSpan.FromMinutes(5));
        var before = await Cluster.ReadLedgerAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var said = new List<string>();
        try
        {
            await UnderLoad.RunAsync(Cluster, DaprRedis, "old-broker-dies", async mover =>
            {
                await asked.PatchAsync("""{"spec":{"drain":{"timeout":"20s"}}}""");
                await mover.AskAsync(DaprKafka, TestContext.Current.CancellationToken);
                await asked.UntilAsync("two publishers on Kafka", v => v is { Stage: "Publishers", Progress: "2/4" });
                Cluster.Backends.Redis.Process.Kill();
                await mover.FollowAsync("the move away from a dead broker", TimeSpan.FromMinutes(5), said.Add, TestContext.Current.CancellationToken);
                Assert.Equal("Retired", await asked.StatusAsync("transports[?(@.name==\"dapr-redis\")].state"));
            });
        }
        finally
        {
            Console.WriteLine(string.Join(Environment.NewLine, said.Distinct()));
            await Cluster.Backends.Redis.StartAgainAsync(TestContext.Current.CancellationToken);
            await asked.PatchAsync("""{"spec":{"drain":{"timeout":null}}}""");
        }

        var after = await Cluster.ReadLedgerAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Console.WriteLine($"replayed {after.Replayed - before.Replayed}");
    }

    private Task AtStageAsync(string stage) =>
        Cluster.WatchPlatformAsync($"stage {stage}", view => view.Stage == stage, Deadline, TestContext.Current.CancellationToken);
}

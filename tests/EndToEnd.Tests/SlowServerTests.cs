using LocalCluster.ApiServer.Faults;
using LocalCluster.Hosting.Todo;
using static LocalCluster.Hosting.Todo.Destination;

namespace EndToEnd.Tests;

/// <summary>
/// Moves and rollbacks with an API server that answers the operator late, refuses it, or does not reach the services' management port for it. Long: `make test-long` runs it.
/// </summary>
[TestCaseOrderer(typeof(DeclarationOrder))]
public sealed class SlowServerTests(PlatformFixture fixture)
{
    private const string Operator = "todo-operator";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    private long _asked;
    private long _refused;

    private TodoCluster Cluster => fixture.Cluster;

    private PlatformAsked Asked => new(Cluster, Deadline);

    private GivenUp Move => new(Cluster);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Each request is late by one to three seconds; one in ten is answered 500, one in twenty 429.</summary>
    [Fact(Explicit = true)]
    public Task A_move_comes_to_its_end_however_late_every_answer_is() => UnderLoad.RunAsync(Cluster, DaprKafka, "slow-move", async mover =>
    {
        var said = new List<string>();
        await WhileAsync(Slow, async () =>
        {
            await mover.AskAsync(DaprRedis, Cancelled);
            await mover.FollowAsync("a move with a slow API server", Deadline, said.Add, Cancelled);
        });
        await Asked.AssertPublishersAsync(DaprRedis);
        Assert.Equal("Completed", await Asked.StatusAsync("history[-1:].result"));
        Console.WriteLine($"slow API server: {await Asked.StatusAsync("history[-1:].seconds")} s, {Told()}; status said:");
        Console.WriteLine(string.Join(Environment.NewLine, said.Distinct()));
    });

    [Fact(Explicit = true)]
    public async Task A_rollback_comes_to_its_end_however_late_every_answer_is()
    {
        await Move.RollBackAsync(["Aborted"], DaprKafka, DaprRedis, async () =>
        {
            await Move.PublishersAsync(moved: 2);
            Cluster.Kubernetes.Server.Faults = Slow;
            await Asked.AnnotateAsync("abort", $"{Guid.NewGuid():N}");
        }, Mend);
        Console.WriteLine(Told());
    }

    /// <summary>Nobody can say how the move goes: after errorLimit looks it is given up, and the publishers go back though the ledger is still silent.</summary>
    [Fact(Explicit = true)]
    public async Task The_ledger_does_not_answer()
    {
        var saw = await Move.RollBackAsync(["AnalysisError"], DaprKafka, DaprRedis, async () =>
        {
            await Move.PublishersAsync(moved: 2);
            Cluster.Kubernetes.Server.Faults = request => IsOurs(request) && request.Path.Contains("/proxy/internal/ledger", StringComparison.Ordinal) ? Silent() : null;
            await PublishersBackAsync();
            await Mend();
        }, Mend);
        Assert.Matches(@"^The ledger does not answer \(.+:8090 did not answer within 4 s\)\. Look at: ", saw);
        Console.WriteLine(Told());
    }

    /// <summary>The same when no pod at all can be asked, for the ledger or for what it listens to.</summary>
    [Fact(Explicit = true)]
    public async Task No_pod_can_be_asked()
    {
        await Move.RollBackAsync(["AnalysisError", "StepTimeout"], DaprKafka, DaprRedis, async () =>
        {
            await Move.PublishersAsync(moved: 2);
            Cluster.Kubernetes.Server.Faults = request => IsOurs(request) && request.Subresource == "proxy" ? Silent() : null;
            await PublishersBackAsync();
            await Mend();
        }, Mend);
        Console.WriteLine(Told());
    }

    private async Task PublishersBackAsync()
    {
        await Asked.UntilAsync("the verdict", v => v.Phase == "RollingBack");
        await Asked.UntilAsync("the publishers", v => v.PublishersBackAt is not null);
        await Asked.AssertPublishersAsync(DaprKafka);
    }

    private async Task WhileAsync(FaultHook faults, Func<Task> work)
    {
        Cluster.Kubernetes.Server.Faults = faults;
        try
        {
            await work();
        }
        finally
        {
            await Mend();
        }
    }

    private Task Mend()
    {
        Cluster.Kubernetes.Server.Faults = null;
        return Task.CompletedTask;
    }

    private static bool IsOurs(FaultRequest request) => request.UserAgent == Operator;

    private Fault? Slow(FaultRequest request)
    {
        if (!IsOurs(request))
        {
            return null;
        }

        Interlocked.Increment(ref _asked);
        var status = Random.Shared.Next(20) switch { < 2 => 500, 2 => 429, _ => (int?)null };
        if (status is not null)
        {
            Interlocked.Increment(ref _refused);
        }

        return new Fault { Delay = TimeSpan.FromMilliseconds(Random.Shared.Next(1000, 3000)), Status = status };
    }

    /// <summary>Longer than anybody waits for an answer; the request ends when its client goes.</summary>
    private Fault Silent()
    {
        Interlocked.Increment(ref _asked);
        return new Fault { Delay = Deadline };
    }

    private string Told() => $"{Interlocked.Read(ref _asked)} requests late, {Interlocked.Read(ref _refused)} of them refused";
}

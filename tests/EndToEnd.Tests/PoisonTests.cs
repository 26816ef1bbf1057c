using System.Globalization;
using System.Text.Json;
using LocalCluster.Hosting.Todo;

namespace EndToEnd.Tests;

/// <summary>
/// Events that a handler cannot handle: each is dead after its attempts, later ones flow, the broker can be left all the same, status and ledger say so, and after a
/// fix they are handled, so that in the end nothing is missing. Long: `make test-long` runs it.
/// </summary>
[TestCaseOrderer(typeof(DeclarationOrder))]
public sealed class PoisonTests(PlatformFixture fixture)
{
    private const int Least = 5;
    private const string Error = "no handler can handle this";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private TodoCluster Cluster => fixture.Cluster;

    private PlatformAsked Asked => new(Cluster, Deadline);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public Task On_direct_Kafka() => PoisonAsync(Destination.DirectKafka, Destination.DaprKafka);

    [Fact(Explicit = true)]
    public Task On_Dapr_over_Kafka() => PoisonAsync(Destination.DaprKafka, Destination.DaprRedis);

    [Fact(Explicit = true)]
    public Task On_Dapr_over_Redis() => PoisonAsync(Destination.DaprRedis, Destination.DirectKafka);

    private async Task PoisonAsync(Destination from, Destination to)
    {
        long dead = 0;
        await UnderLoad.RunAsync(Cluster, from, $"poison-{from.Name.Replace(' ', '-')}", async mover =>
        {
            var (before, toldBefore) = (await DeadAsync(), await GivenUpAsync());
            await SpoilAsync(oneIn: 200);
            try
            {
                await UntilDeadAsync(before + Least);
                // On Kafka what is behind a failing event waits while it is tried again: with as many during the move, its figures would be bad with good reason.
                await SpoilAsync(oneIn: 2000);
                // It does not hold up anything: neither the events behind it nor the end of the drain.
                await mover.AskAsync(to, Cancelled);
                await mover.FollowAsync($"the way to {to.Name} with dead events", Deadline, progress: null, Cancelled);
            }
            finally
            {
                await RestoreAsync();
            }

            dead = await DeadAsync();
            Assert.InRange(await GivenUpAsync() - toldBefore, Least, long.MaxValue);
            using var listed = await Cluster.ReadManagementAsync("/internal/dead?limit=1000", Cancelled);
            Assert.Equal(dead, listed.RootElement.GetProperty("count").GetInt64());
            Assert.All(listed.RootElement.GetProperty("dead").EnumerateArray(), AssertExplained);

            var token = $"mended-{from.Name.Replace(' ', '-')}";
            await Asked.AnnotateAsync("replay-dead", token);
            await Asked.UntilAsync("the answer to the request", v => v.Acknowledged("replay-dead") == token);
            var answer = await Asked.StatusAsync("acknowledged[?(@.request==\"replay-dead\")].result");
            Assert.Matches(@"^Sending \d+ dead events again\.$", answer);
            await Asked.KubectlAsync("annotate", "todoplatform", TodoCluster.Platform, "platform.todo.io/replay-dead-");
            Console.WriteLine($"poison on {from.Name}: {dead} dead deliveries, {answer}");
        });
        // What was dead has had its effects by now: the account has looked for each.
        Assert.Equal(0, await DeadAsync());
    }

    private static void AssertExplained(JsonElement dead)
    {
        Assert.Contains(Error, dead.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, dead.GetProperty("attempts").GetInt32());
        Assert.True(dead.GetProperty("canBeReplayed").GetBoolean());
    }

    /// <summary>From now on a handler's transaction fails for the same events each time.</summary>
    private async Task SpoilAsync(int oneIn)
    {
        await RestoreAsync();
        await Cluster.ExecuteAsync($"""
            create function poison() returns trigger language plpgsql as $$ begin raise exception '{Error}'; end $$;
            create trigger poison before update on messaging.deliveries for each row
                when (new.state = 'handled' and hashtext(new.event_id::text) % {oneIn} = 0) execute function poison();
            """);
    }

    private Task RestoreAsync() => Cluster.ExecuteAsync("drop trigger if exists poison on messaging.deliveries; drop function if exists poison;");

    private Task<long> DeadAsync() => Cluster.CountAsync("select count(*) from messaging.deliveries where state = 'dead'");

    private async Task UntilDeadAsync(long atLeast)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        deadline.CancelAfter(Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (await DeadAsync() < atLeast)
        {
            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }

    /// <summary>How many deliveries were given up, as the resource's status tells; it counts on when they are handled later.</summary>
    private async Task<long> GivenUpAsync() =>
        (await Asked.StatusAsync("transports[*].dead")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Sum(x => long.Parse(x, CultureInfo.InvariantCulture));
}

using LocalCluster.Hosting.Todo;

namespace EndToEnd.Tests;

/// <summary>A move under load that somebody spoils: the operator goes back, all publishers are back within a minute, and the account is clean.</summary>
internal sealed class GivenUp(TodoCluster cluster)
{
    /// <summary>For what is found out only by a step that does not come about.</summary>
    public const string ShortStep = "40s";

    /// <summary>Fails one handler in ten, at its first attempt only, so that no event is dead after its last.</summary>
    private const string OneInTen = "if new.attempts = 0 and nextval('spoiled') % 10 = 0 then raise exception 'one in ten'; end if;";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private PlatformAsked Asked => new(cluster, Deadline);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Asks for a move, spoils it, waits for the rollback as a script would (kubectl wait), mends what was spoilt, and asks for what there is.</summary>
    /// <param name="spoil">Runs when the move is asked for.</param>
    /// <param name="stepTimeout">The usual three minutes, in which pods come up on any machine.</param>
    /// <returns>What the operator saw.</returns>
    public async Task<string> RollBackAsync(string[] reasons, Destination from, Destination to, Func<Task> spoil, Func<Task>? mend = null, string stepTimeout = "3m")
    {
        var saw = "";
        await UnderLoad.RunAsync(cluster, from, $"rollback-{TestContext.Current.TestMethod!.MethodName}", async mover =>
        {
            await StartOperatorAnewAsync();
            await Asked.PatchAsync(Limits(stepTimeout));
            try
            {
                await mover.AskAsync(to, Cancelled);
                await spoil();
                await Asked.WaitAsync("RolledBack");
                saw = await Asked.AssertRolledBackAsync(reasons);
                await Asked.AssertPublishersAsync(from);
                await Asked.AssertEventsOfRollbackAsync();
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

    /// <summary>Limits that a test can wait for; the rules are those of every move.</summary>
    private static string Limits(string stepTimeout) =>
        """{"spec":{"rollout":{"stepTimeout":"LIMIT","analysis":{"interval":"1s","failureLimit":8,"errorLimit":4,"minLatencyIncrease":"100ms"}}}}"""
            .Replace("LIMIT", stepTimeout, StringComparison.Ordinal);

    /// <summary>One process publishes 25 Events about a resource at once, then one in five minutes: the tests before this may have used them up.</summary>
    private async Task StartOperatorAnewAsync()
    {
        await Asked.KubectlAsync("rollout", "restart", "deployment/todo-operator", "--namespace", "todoplatform-system");
        await Asked.KubectlAsync("rollout", "status", "deployment/todo-operator", "--namespace", "todoplatform-system", "--timeout=60s");
    }

    /// <summary>Waits until so many of the four services publish over the target.</summary>
    public Task PublishersAsync(int moved = 1) =>
        Asked.UntilAsync($"{moved} publishers on the target", v => v.Stage == "Publishers" && string.CompareOrdinal(v.Progress, $"{moved}/4") >= 0);

    /// <summary>Makes handlers that were reached over a transport fail one time in ten.</summary>
    /// <param name="via">How the ledger names it, e.g. <c>todo-redis-%</c>.</param>
    public Task FailOneInTenAsync(string via) => SpoilAsync(via, OneInTen);

    /// <summary>Makes the database do something whenever a handler that was reached over a transport closes a delivery, in the handler's transaction.</summary>
    public Task SpoilAsync(string via, string statement) => cluster.ExecuteAsync($"""
        create sequence spoiled;
        create function spoil() returns trigger language plpgsql as $$ begin {statement} return new; end $$;
        create trigger spoil before update on messaging.deliveries for each row
            when (new.state = 'handled' and new.handled_via like '{via}') execute function spoil();
        """);

    public Task RestoreAsync() =>
        cluster.ExecuteAsync("drop trigger if exists spoil on messaging.deliveries; drop function if exists spoil; drop sequence if exists spoiled;");
}

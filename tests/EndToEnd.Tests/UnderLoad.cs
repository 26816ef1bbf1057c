using LocalCluster.Hosting.Todo;
using Todo.Load.Accounting;

namespace EndToEnd.Tests;

/// <summary>A stretch of steady load with something happening in it, and the account afterwards.</summary>
internal static class UnderLoad
{
    private const int UsualRate = 40;
    // A mail whose worker was lost is sent again when its lease has run out, after a minute.
    private static readonly TimeSpan AccountDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan MoveDeadline = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Brings the platform to <paramref name="from"/>, starts the load, runs <paramref name="body"/>, stops the load, takes the account. Every request must have been
    /// acknowledged in the end; at the first try unless <paramref name="repeatFor"/> allows repetitions. No mail may be doubtful, unless <paramref name="mostDoubtful"/>
    /// says afterwards how many. <paramref name="rate"/> is in operations a second.
    /// </summary>
    public static async Task<AccountReport> RunAsync(
        TodoCluster cluster, Destination from, string name, Func<Mover, Task> body, TimeSpan repeatFor = default, Func<Task<long>>? mostDoubtful = null,
        int rate = UsualRate)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var mover = new Mover(cluster);
        await BeginAtAsync(cluster, mover, from, cancellationToken);
        await QuietAsync(cluster, cancellationToken);
        await using var load = cluster.StartLoad(name, rate, repeatFor);
        await load.WaitForAcknowledgedAsync(2 * rate, cancellationToken);
        await body(mover);
        await load.WaitForAcknowledgedAsync(load.Total.Acknowledged + rate, cancellationToken);
        await load.StopAsync();

        var account = await cluster.AccountAsync(load, AccountDeadline, cancellationToken);
        Assert.True(account is { Lost: 0, Doubled: 0, Wrong: 0 } && load.Total is { Refused: 0, Failed: 0 }, account.Describe());
        var most = mostDoubtful is null ? 0 : await mostDoubtful();
        Assert.True(account.Doubtful <= most, $"{most} doubtful mails at most; {account.Describe()}");
        return account;
    }

    /// <summary>A move that an earlier test left rolled back is tried again: its failure is its own.</summary>
    private static async Task BeginAtAsync(TodoCluster cluster, Mover mover, Destination from, CancellationToken cancellationToken)
    {
        await mover.AskAsync(from, cancellationToken);
        var isRolledBack = false;
        await cluster.WatchPlatformAsync("its status", view => (isRolledBack = view.Is("RolledBack")) || true, MoveDeadline, cancellationToken);
        if (!isRolledBack)
        {
            await mover.FollowAsync($"the start at {from.Name}", MoveDeadline, progress: null, cancellationToken);
            return;
        }

        var asked = new PlatformAsked(cluster, MoveDeadline);
        var token = $"{Guid.NewGuid():N}";
        await asked.AnnotateAsync("retry", token);
        await asked.UntilAsync($"the start at {from.Name}, tried again", view => view.Acknowledged("retry") == token && view.Is("Migrated"));
    }

    /// <summary>Nothing of an earlier test is open any more: what a killed consumer held is delivered again only after the processing timeout.</summary>
    private static async Task QuietAsync(TodoCluster cluster, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(MoveDeadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while ((await cluster.ReadLedgerAsync(TimeSpan.FromSeconds(1), deadline.Token)).InFlight > 0)
        {
            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }

    /// <summary>A whole move with nothing else going wrong: nothing refused, replayed or dead either.</summary>
    public static async Task MoveAsync(TodoCluster cluster, Destination from, Destination to)
    {
        MoveReport? report = null;
        var account = await RunAsync(cluster, from, $"{from.Name}-{to.Name}".Replace(' ', '-'), async mover =>
            report = await mover.MoveAsync(to, MoveDeadline, progress: null, TestContext.Current.CancellationToken));

        Assert.Equal(0, report!.Replayed);
        Assert.Equal(0, report.Dead);
        TestContext.Current.SendDiagnosticMessage(
            $"{from.Name} → {to.Name}: {report.Elapsed.TotalSeconds:0.0} s, {account.Acknowledged} operations, {report.Suppressed} suppressed");
    }
}

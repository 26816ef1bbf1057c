using System.Diagnostics;
using LocalCluster.Dependencies;

namespace LocalCluster.Hosting.Todo;

/// <summary>Asks for a move with kubectl, as a person would, and follows it to its end.</summary>
public sealed class Mover(TodoCluster cluster)
{
    /// <summary>Patches the resource and waits until Migrated is true for the new generation.</summary>
    /// <exception cref="ClusterException">Rolled back, degraded, or not there in time; the message says where it stood.</exception>
    public async Task<MoveReport> MoveAsync(Destination destination, TimeSpan deadline, Action<string>? progress, CancellationToken cancellationToken)
    {
        var before = await cluster.ReadLedgerAsync(TimeSpan.FromSeconds(1), cancellationToken);
        var watch = Stopwatch.StartNew();
        await AskAsync(destination, cancellationToken);
        var inFlight = await FollowAsync(destination.Name, deadline, progress, cancellationToken);
        var elapsed = watch.Elapsed;
        var after = await cluster.ReadLedgerAsync(elapsed, cancellationToken);
        return new MoveReport(
            destination, elapsed, after.Published, inFlight, after.Suppressed - before.Suppressed, after.Replayed - before.Replayed,
            after.Dead - before.Dead, after.P50, after.P95);
    }

    /// <summary>Only the patch: the way to change one's mind half-way.</summary>
    public Task AskAsync(Destination destination, CancellationToken cancellationToken) =>
        cluster.Kubectl.RunAsync(cancellationToken, "patch", "todoplatform", TodoCluster.Platform, "--type", "merge", "--patch", destination.Patch);

    /// <summary>Waits for Migrated; returns the highest number of events in flight that status showed.</summary>
    public async Task<long> FollowAsync(string what, TimeSpan deadline, Action<string>? progress, CancellationToken cancellationToken)
    {
        long inFlight = 0;
        await cluster.WatchPlatformAsync(
            what,
            view =>
            {
                inFlight = Math.Max(inFlight, view.InFlight);
                progress?.Invoke(view.Line);
                if (view.Is("RolledBack") || view.Is("PreflightPassed", "False"))
                {
                    throw new ClusterException(
                        $"{what} did not come about: RolledBack {view.Reason("RolledBack")}; PreflightPassed {view.Reason("PreflightPassed")}; {view.Line}");
                }

                return view.Is("Migrated");
            },
            deadline,
            cancellationToken);
        return inFlight;
    }
}

/// <summary>What one move cost, in events of the ledger. Latency in milliseconds from sent to handled.</summary>
public sealed record MoveReport(
    Destination Destination, TimeSpan Elapsed, long Events, long MaxInFlight, long Suppressed, long Replayed, long Dead, double P50, double P95);

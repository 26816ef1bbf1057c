using LocalCluster.Sidecar.Api;
using LocalCluster.Sidecar.CommandLine;
using LocalCluster.Sidecar.Components;
using LocalCluster.Sidecar.Jobs;

namespace LocalCluster.Sidecar.Runtime;

/// <summary>
/// How the runtime ends. Without <c>block-shutdown-duration</c> the API closes at once and work in flight gets the graceful
/// seconds. With it the subscriptions end first, and the API stays open for that time or until the app is unhealthy.
/// </summary>
internal sealed class ShutdownSequence(
    DaprdOptions options,
    RuntimeHealth health,
    SubscriptionManager subscriptions,
    ComponentRegistry components,
    SidecarServers servers,
    JobWatch? jobs,
    AppHealthMonitor? monitor,
    TimeProvider time,
    ILogger log)
{
    /// <summary>How long what the brokers have handed over already may take to be delivered; Dapr's own fixed figure.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    /// <param name="restarts">Another runtime follows in this process: it needs the ports.</param>
    /// <returns>False when time ran out and calls were cut.</returns>
    public async Task<bool> RunAsync(bool restarts)
    {
        RuntimeLog.ShuttingDown(log);
        health.Ending();
        if (options.BlockShutdown is { } block)
        {
            await BlockAsync(block);
        }

        var closing = CloseAsync();
        await Task.WhenAny(closing, Task.Delay(options.GracefulShutdown, time));
        if (closing.IsCompleted)
        {
            await closing;
            return true;
        }

        RuntimeLog.Forced(log);
        subscriptions.Abort();
        jobs?.Abort();
        if (restarts)
        {
            await closing;
        }

        return false;
    }

    private async Task BlockAsync(TimeSpan block)
    {
        RuntimeLog.Blocking(log, block);
        using var unhealthy = new CancellationTokenSource();
        _ = monitor?.Unhealthy.ContinueWith(_ => unhealthy.CancelAsync(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        using (var drain = CancellationTokenSource.CreateLinkedTokenSource(unhealthy.Token))
        {
            drain.CancelAfter(DrainLimit);
            await subscriptions.DrainAsync(drain.Token);
        }

        RuntimeLog.Drained(log);

        await Task.Delay(block, time, unhealthy.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task CloseAsync()
    {
        await Task.WhenAll(servers.CloseAsync(options.GracefulShutdown), subscriptions.EndAsync(), jobs?.EndAsync() ?? Task.CompletedTask);
        await components.DisposeAsync();
    }
}

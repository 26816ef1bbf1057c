using LocalCluster.Sidecar.CommandLine;
using LocalCluster.Sidecar.Delivery;
using LocalCluster.Sidecar.Metrics;

namespace LocalCluster.Sidecar.Jobs;

/// <summary>The job side of a runtime: the connection to the scheduler and the calls to the app.</summary>
internal sealed class JobWatch
{
    private readonly JobCalls? _calls;

    public JobWatch(DaprdOptions options, AppChannel? app, SidecarMetrics metrics, TimeProvider time, ILogger log)
    {
        _calls = app is null ? null : new JobCalls(app, metrics, time, log);
        Scheduler = new SchedulerClient(options, firing => _calls?.FireAsync(firing) ?? Task.FromResult(false), time, log);
    }

    public SchedulerClient Scheduler { get; }

    /// <summary>Takes no further firing, lets those in hand end and report, and disconnects.</summary>
    public async Task EndAsync()
    {
        await Scheduler.WatchAsync(on: false);
        await Scheduler.IdleAsync();
        await Scheduler.DisposeAsync();
    }

    public void Abort() => _calls?.Abort();
}

using LocalCluster.Sidecar.CommandLine;
using LocalCluster.Sidecar.Delivery;

namespace LocalCluster.Sidecar.Runtime;

/// <summary>Probes the app: unhealthy after so many failures in a row, healthy after one success.</summary>
internal sealed class AppHealthMonitor
{
    private readonly AppHealthOptions _options;
    private readonly AppChannel _app;
    private readonly TimeProvider _time;
    private readonly Action<bool> _changed;
    private readonly TaskCompletionSource _unhealthy = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AppHealthMonitor(AppHealthOptions options, AppChannel app, TimeProvider time, Action<bool> changed)
    {
        _options = options;
        _app = app;
        _time = time;
        _changed = changed;
    }

    /// <summary>Completes when a probe has failed often enough while a shutdown waits: the app has left.</summary>
    public Task Unhealthy => _unhealthy.Task;

    public async Task RunAsync(CancellationToken cancellation)
    {
        bool? healthy = null;
        var failures = 0;
        using var timer = new PeriodicTimer(_options.Interval, _time);
        do
        {
            failures = await ProbeAsync(cancellation) ? 0 : failures + 1;
            var now = failures == 0 ? true : failures >= _options.Threshold ? false : healthy;
            if (now != healthy && now is { } value)
            {
                healthy = now;
                _changed(value);
                if (!value)
                {
                    _unhealthy.TrySetResult();
                }
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private async Task<bool> ProbeAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.Timeout);
        try
        {
            return (await _app.SendAsync(HttpMethod.Get, _options.Path, default, null, [], limit.Token)).IsSuccess;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return false;
        }
    }
}

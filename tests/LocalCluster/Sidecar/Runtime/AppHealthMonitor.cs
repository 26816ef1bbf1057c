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
    private volatile TaskCompletionSource _unhealthy = NewSource();

    public AppHealthMonitor(AppHealthOptions options, AppChannel app, TimeProvider time, Action<bool> changed)
    {
        _options = options;
        _app = app;
        _time = time;
        _changed = changed;
    }

    /// <summary>Completes when the app is unhealthy, or at once when it is so now. What it was earlier does not count.</summary>
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
                Note(value);
                _changed(value);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Note(bool healthy)
    {
        if (!healthy)
        {
            _unhealthy.TrySetResult();
        }
        else if (_unhealthy.Task.IsCompleted)
        {
            _unhealthy = NewSource();
        }
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

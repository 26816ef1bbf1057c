namespace LocalCluster.Sidecar.Scheduler;

/// <summary>
/// Fires one job: waits for its next tick, hands it to one sidecar, waits for the answer, writes down how far it is. A tick that
/// ends between the answer and the writing comes again after a restart: at least once.
/// </summary>
internal sealed class JobRunner
{
    private readonly JobLog _log;
    private readonly Watchers _watchers;
    private readonly TimeProvider _time;
    private readonly Action<JobRunner> _ended;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Job _job;

    public JobRunner(Job job, JobLog log, Watchers watchers, TimeProvider time, Action<JobRunner> ended)
    {
        _job = job;
        _log = log;
        _watchers = watchers;
        _time = time;
        _ended = ended;
        Completion = Task.Run(RunAsync);
    }

    public JobKey Key => _job.Key;

    public Task Completion { get; }

    /// <summary>Nothing is written after this: the job may be replaced or deleted.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stop.Cancel();
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (_job.NextTick() is { } tick)
            {
                var wait = tick - _time.GetUtcNow();
                if (wait > TimeSpan.Zero)
                {
                    await DelayAsync(wait);
                }

                await FireAsync();
                lock (_gate)
                {
                    _stop.Token.ThrowIfCancellationRequested();
                    _job = _job.After(tick);
                    _log.Put(_job);
                }
            }

            _ended(this);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Replaced, deleted, or the scheduler ends.
        }
    }

    private async Task FireAsync()
    {
        var policy = _job.Definition.FailurePolicy ?? FailurePolicy.Default;
        for (var failures = 0; ;)
        {
            switch (await _watchers.FireAsync(_job, _stop.Token))
            {
                case FiringResult.Taken:
                    return;
                case FiringResult.Failed when policy.PauseAfter(++failures) is { } pause:
                    await Task.Delay(pause, _time, _stop.Token);
                    break;
                case FiringResult.Failed:
                    return;
            }
        }
    }

    /// <summary>Timers hold about 49 days; a schedule may be further away.</summary>
    private async Task DelayAsync(TimeSpan wait)
    {
        var longest = TimeSpan.FromDays(20);
        for (; wait > longest; wait -= longest)
        {
            await Task.Delay(longest, _time, _stop.Token);
        }

        await Task.Delay(wait, _time, _stop.Token);
    }
}

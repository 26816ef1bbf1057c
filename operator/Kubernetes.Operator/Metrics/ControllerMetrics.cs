using Kubernetes.Operator.Queue;

namespace Kubernetes.Operator.Metrics;

/// <summary>The figures of one controller and its queue, named as controller-runtime's so that its dashboards fit. All are there from the start.</summary>
internal sealed class ControllerMetrics : IQueueObserver
{
    private static readonly double[] ReconcileBuckets =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60];

    private static readonly double[] QueueBuckets = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000];

    private static readonly string[] Results = ["success", "error", "requeue", "requeue_after"];

    private readonly Dictionary<string, Counter> _results;
    private readonly Counter _errors;
    private readonly Counter _terminal;
    private readonly Counter _panics;
    private readonly Counter _timeouts;
    private readonly Histogram _seconds;
    private readonly Gauge _active;
    private readonly Counter _adds;
    private readonly Counter _retries;
    private readonly Histogram _waited;
    private readonly Histogram _worked;
    private int _running;

    public ControllerMetrics(MetricsRegistry registry, string controller, int maxConcurrent)
    {
        var total = registry.Counter("controller_runtime_reconcile_total", "Total number of reconciliations per controller", "controller", "result");
        _results = Results.ToDictionary(static r => r, r => total.With(controller, r), StringComparer.Ordinal);
        _errors = registry.Counter("controller_runtime_reconcile_errors_total", "Total number of reconciliation errors per controller", "controller").With(controller);
        _terminal = registry.Counter(
            "controller_runtime_terminal_reconcile_errors_total", "Total number of terminal reconciliation errors per controller", "controller").With(controller);
        _panics = registry.Counter("controller_runtime_reconcile_panics_total", "Total number of reconciliation panics per controller", "controller").With(controller);
        _timeouts = registry.Counter("controller_runtime_reconcile_timeouts_total", "Total number of reconciliation timeouts per controller", "controller").With(controller);
        _seconds = registry.Histogram("controller_runtime_reconcile_time_seconds", "Length of time per reconciliation per controller", ReconcileBuckets, "controller").With(controller);
        registry.Gauge("controller_runtime_max_concurrent_reconciles", "Maximum number of concurrent reconciles per controller", "controller").With(controller).Set(maxConcurrent);
        _active = registry.Gauge("controller_runtime_active_workers", "Number of currently used workers per controller", "controller").With(controller);
        _active.ReadFrom(() => Volatile.Read(ref _running));
        _adds = registry.Counter("workqueue_adds_total", "Total number of adds handled by workqueue", "name").With(controller);
        _retries = registry.Counter("workqueue_retries_total", "Total number of retries handled by workqueue", "name").With(controller);
        _waited = registry.Histogram("workqueue_queue_duration_seconds", "How long in seconds an item stays in workqueue before being requested", QueueBuckets, "name").With(controller);
        _worked = registry.Histogram("workqueue_work_duration_seconds", "How long in seconds processing an item from workqueue takes", QueueBuckets, "name").With(controller);
        Depth = registry.Gauge("workqueue_depth", "Current depth of workqueue", "name").With(controller);
        Unfinished = registry.Gauge(
            "workqueue_unfinished_work_seconds", "How many seconds of work is in progress and has not been observed by work_duration", "name").With(controller);
        LongestRunning = registry.Gauge(
            "workqueue_longest_running_processor_seconds", "How many seconds has the longest running processor for workqueue been running", "name").With(controller);
    }

    public Gauge Depth { get; }

    public Gauge Unfinished { get; }

    public Gauge LongestRunning { get; }

    public void Added() => _adds.Increment();

    public void Taken(TimeSpan waited) => _waited.Observe(waited.TotalSeconds);

    public void Finished(TimeSpan worked) => _worked.Observe(worked.TotalSeconds);

    public void Retried() => _retries.Increment();

    public void Started() => Interlocked.Increment(ref _running);

    public void Ended(TimeSpan took)
    {
        Interlocked.Decrement(ref _running);
        _seconds.Observe(took.TotalSeconds);
    }

    public void Result(string result) => _results[result].Increment();

    public void Error(bool isTerminal, bool isException, bool isTimeout)
    {
        _results["error"].Increment();
        _errors.Increment();
        Count(_terminal, isTerminal);
        Count(_panics, isException);
        Count(_timeouts, isTimeout);
    }

    private static void Count(Counter counter, bool happened)
    {
        if (happened)
        {
            counter.Increment();
        }
    }
}

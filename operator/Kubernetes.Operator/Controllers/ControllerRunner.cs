using System.Diagnostics;
using Kubernetes.Client.Entities;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Metrics;
using Kubernetes.Operator.Queue;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Operator.Controllers;

/// <summary>Takes keys from the queue and reconciles their objects, some at the same time, one object never twice at once.</summary>
internal sealed class ControllerRunner<TEntity> : IControllerRunner, IDisposable where TEntity : class, IKubernetesObject
{
    private readonly EntityStore<TEntity> _store;
    private readonly Reconciler<TEntity> _reconciler;
    private readonly ControllerBuilder<TEntity> _settings;
    private readonly TimeSpan _timeout;
    private readonly ControllerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RunningWork _running;

    public ControllerRunner(
        EntityStore<TEntity> store, Reconciler<TEntity> reconciler, ControllerBuilder<TEntity> settings, ControllerSettings common,
        MetricsRegistry registry, TimeProvider time, ILogger logger)
    {
        _store = store;
        _reconciler = reconciler;
        _settings = settings;
        _timeout = settings.Timeout ?? common.ReconcileTimeout;
        _time = time;
        _logger = logger;
        Name = KubernetesEntityDefinition.Of<TEntity>().Kind.ToLowerInvariant();
        _metrics = new ControllerMetrics(registry, Name, settings.MaxConcurrent);
        _running = new RunningWork(time);
        Queue = new ReconcileQueue<ObjectKey>(time, common.FailureBackoff, _metrics);
        _metrics.Depth.ReadFrom(() => Queue.Depth);
        _metrics.Unfinished.ReadFrom(() => _running.Total().TotalSeconds);
        _metrics.LongestRunning.ReadFrom(() => _running.Longest().TotalSeconds);
    }

    public string Name { get; }

    public ReconcileQueue<ObjectKey> Queue { get; }

    public int Ready => Queue.Depth;

    public async Task RunAsync(CancellationToken stopIntake, CancellationToken abandon)
    {
        using var stop = stopIntake.Register(Queue.ShutDown);
        var tasks = Enumerable.Range(0, _settings.MaxConcurrent).Select(_ => WorkAsync(abandon)).ToList();
        if (_settings.Resync is { } period)
        {
            tasks.Add(ResyncAsync(period, stopIntake));
        }

        await Task.WhenAll(tasks);
    }

    public async Task TryWorkAsync(CancellationToken abandon)
    {
        if (Ready > 0 && await Queue.TakeAsync(abandon) is (true, var key))
        {
            await WorkOnAsync(key, abandon);
        }
    }

    public void Dispose() => Queue.Dispose();

    private async Task WorkAsync(CancellationToken abandon)
    {
        while (await Queue.TakeAsync(abandon) is (true, var key))
        {
            await WorkOnAsync(key, abandon);
        }
    }

    private async Task WorkOnAsync(ObjectKey key, CancellationToken abandon)
    {
        try
        {
            await ReconcileAsync(key, abandon);
        }
        finally
        {
            Queue.Done(key);
        }
    }

    private async Task ResyncAsync(TimeSpan period, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                foreach (var entity in _store.List())
                {
                    Queue.Add(ObjectKey.Of(entity), QueuePriority.Low);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The regular end.
        }
    }

    private async Task ReconcileAsync(ObjectKey key, CancellationToken abandon)
    {
        using var activity = OperatorTracing.Source.StartActivity($"reconcile {Name}");
        activity?.SetTag("k8s.object.name", key.Name).SetTag("k8s.namespace.name", key.Namespace).SetTag("controller", Name);
        using var deadline = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, abandon);
        var started = _time.GetTimestamp();
        _metrics.Started();
        _running.Start(key);
        try
        {
            var outcome = await _reconciler.ReconcileAsync(key, _store.Get(key.Namespace, key.Name), either.Token);
            activity?.SetStatus(outcome.IsFailure ? ActivityStatusCode.Error : ActivityStatusCode.Ok, outcome.Message).SetTag("result", Result(outcome));
            Settle(key, outcome, isException: false, isTimeout: false);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            ControllerLog.Abandoned(_logger, Name, key);
        }
        catch (Exception e)
        {
            var isTimeout = e is OperationCanceledException && deadline.IsCancellationRequested;
            activity?.SetStatus(ActivityStatusCode.Error, e.Message).SetTag("result", "error").SetTag("error.type", e.GetType().FullName);
            Settle(key, ReconcileOutcome.Failed(isTimeout ? $"took longer than {_timeout}" : e.Message, e), !isTimeout && !ExpectedFailure.Is(e), isTimeout);
        }
        finally
        {
            _running.End(key);
            _metrics.Ended(_time.GetElapsedTime(started));
        }
    }

    private static string Result(ReconcileOutcome outcome) => outcome.IsFailure ? "error" : outcome.RequeueAfter is null ? "success" : "requeue_after";

    // Error wins over requeueAfter unless the failure itself names a time; a terminal one waits for a change of the object.
    private void Settle(ObjectKey key, ReconcileOutcome outcome, bool isException, bool isTimeout)
    {
        if (outcome.IsFailure)
        {
            _metrics.Error(outcome.IsTerminal, isException, isTimeout);
            if (outcome.IsTerminal)
            {
                Queue.Forget(key);
                ControllerLog.FailedForGood(_logger, Name, key, outcome.Message, outcome.Error);
                return;
            }

            var pause = outcome.RequeueAfter;
            if (pause is { } exact)
            {
                Queue.AddAfter(key, exact);
            }
            else
            {
                pause = Queue.AddRateLimited(key);
            }

            ControllerLog.Failed(_logger, Name, key, pause.Value.TotalSeconds, outcome.Message, outcome.Error);
            return;
        }

        Queue.Forget(key);
        _metrics.Result(Result(outcome));
        if (outcome.RequeueAfter is { } after)
        {
            Queue.AddAfter(key, after);
        }
    }
}

/// <summary>What all controllers of an operator share.</summary>
internal sealed record ControllerSettings(TimeSpan ReconcileTimeout, FailureBackoff FailureBackoff);

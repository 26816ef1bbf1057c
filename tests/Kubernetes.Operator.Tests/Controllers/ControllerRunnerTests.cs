using System.Net;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Metrics;
using Kubernetes.Operator.Queue;
using Kubernetes.Operator.Tests.Support;
using Kubernetes.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kubernetes.Operator.Tests.Controllers;

/// <summary>How a visit can end, what is counted of it, and when the next one is.</summary>
public sealed class ControllerRunnerTests : IDisposable
{
    private static readonly ObjectKey Key = new("default", "m");

    private readonly ManualTime _time = new();
    private readonly MetricsRegistry _metrics = new();
    private readonly EntityStore<V1ConfigMap> _store = new(new Dictionary<string, Func<V1ConfigMap, IEnumerable<string>>>());
    private readonly Scripted _controller = new();
    private ControllerRunner<V1ConfigMap> _runner;

    public ControllerRunnerTests() => _runner = Runner(new ControllerBuilder<V1ConfigMap>());

    public void Dispose() => _runner.Dispose();

    [Fact]
    public async Task A_visit_that_takes_too_long_is_cancelled_counted_and_tried_again()
    {
        _controller.Next = static async (_, cancelled) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancelled);
            throw new InvalidOperationException("never comes here");
        };
        var visit = VisitAsync();
        _time.Advance(TimeSpan.FromMinutes(2));
        await visit;
        Assert.Equal((1, 0), (Counted("reconcile_timeouts_total"), Counted("reconcile_panics_total")));
        IsDueAfter(TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public async Task A_mistake_is_counted_as_a_panic_and_what_the_world_does_is_not()
    {
        _controller.Next = static (_, _) => throw new InvalidOperationException("a mistake");
        await VisitAsync();
        Assert.Equal((1, 1), (Counted("reconcile_errors_total"), Counted("reconcile_panics_total")));
        IsDueAfter(TimeSpan.FromMilliseconds(5));

        _controller.Next = static (_, _) => throw new KubernetesException(KubernetesError.Unreachable, "the world");
        await VisitAsync();
        Assert.Equal((2, 1), (Counted("reconcile_errors_total"), Counted("reconcile_panics_total")));
        IsDueAfter(TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public async Task A_failure_for_good_is_counted_and_waits_for_a_change()
    {
        _controller.Next = static (map, _) => Task.FromResult(ReconciliationResult<V1ConfigMap>.TerminalFailure(map, "cannot be"));
        await VisitAsync();
        Assert.Equal((1, 1), (Counted("reconcile_errors_total"), Counted("terminal_reconcile_errors_total")));
        _time.Advance(TimeSpan.FromHours(10));
        Assert.Equal(0, _runner.Ready);

        _store.Apply(Map("3"));
        Assert.Equal(1, _runner.Ready);
    }

    [Fact]
    public async Task A_failure_wins_over_its_success_before_and_success_forgets_the_failures()
    {
        _controller.Next = static (map, _) => Task.FromResult(ReconciliationResult<V1ConfigMap>.Failure(map, "not yet"));
        await VisitAsync();
        IsDueAfter(TimeSpan.FromMilliseconds(5));
        await VisitAsync();
        IsDueAfter(TimeSpan.FromMilliseconds(10));
        _controller.Next = static (map, _) => Task.FromResult(ReconciliationResult<V1ConfigMap>.Success(map, TimeSpan.FromMinutes(1)));
        await VisitAsync();
        IsDueAfter(TimeSpan.FromMinutes(1));
        _controller.Next = static (map, _) => Task.FromResult(ReconciliationResult<V1ConfigMap>.Failure(map, "again"));
        await VisitAsync();
        IsDueAfter(TimeSpan.FromMilliseconds(5));
        Assert.Contains("controller_runtime_reconcile_total{controller=\"configmap\",result=\"requeue_after\"} 1\n", _metrics.Write());
    }

    [Fact]
    public async Task What_is_gone_is_told_by_its_key()
    {
        await VisitAsync();
        _store.Remove(Map("9"));
        await VisitAsync();
        Assert.Equal([Key], _controller.Gone);
    }

    [Fact]
    public async Task A_resync_looks_at_every_object_behind_what_is_fresh()
    {
        _runner.Dispose();
        _runner = Runner(new ControllerBuilder<V1ConfigMap>().ResyncEvery(TimeSpan.FromHours(1)));
        await VisitAsync();
        var seen = System.Threading.Channels.Channel.CreateUnbounded<string>();
        var blocked = new TaskCompletionSource();
        _controller.Next = async (map, _) =>
        {
            Assert.True(seen.Writer.TryWrite(map.Name()));
            await blocked.Task;
            return ReconciliationResult<V1ConfigMap>.Success(map);
        };
        using var stop = new CancellationTokenSource();
        var running = _runner.RunAsync(stop.Token, CancellationToken.None);
        await Eventually.IsTrue(() => _time.HasTimers, "the resync waits for its time");

        // The only worker is busy with the first object of the resync while another one changes: that goes before the rest.
        _store.Apply(Map("3", "n"));
        _store.Apply(Map("4", "o"));
        Assert.Equal("n", await NextAsync());
        _time.Advance(TimeSpan.FromHours(1));
        await Eventually.IsTrue(() => _runner.Ready == 2, "the resync has added the others");
        blocked.SetResult();
        Assert.Equal("o", await NextAsync());
        Assert.Equal(["m", "n"], new[] { await NextAsync(), await NextAsync() }.Order());
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        async Task<string> NextAsync() => await seen.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static V1ConfigMap Map(string version, string name = "m") => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default", Uid = $"uid-{name}", ResourceVersion = version },
    };

    private ControllerRunner<V1ConfigMap> Runner(ControllerBuilder<V1ConfigMap> settings)
    {
        var runner = new ControllerRunner<V1ConfigMap>(
            _store,
            new Reconciler<V1ConfigMap>(_controller, [], new FinalizerPatcher<V1ConfigMap>(null!)),
            settings,
            new ControllerSettings(TimeSpan.FromMinutes(2), new FailureBackoff(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1000))),
            _metrics,
            _time,
            NullLogger.Instance);
        EventSources.Primary(_store, runner.Queue, null);
        _store.Apply(Map("1"));
        return runner;
    }

    private Task VisitAsync()
    {
        Assert.Equal(1, _runner.Ready);
        return _runner.TryWorkAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
    }

    private void IsDueAfter(TimeSpan pause)
    {
        _time.Advance(pause - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, _runner.Ready);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, _runner.Ready);
    }

    private int Counted(string name)
    {
        var line = _metrics.Write().Split('\n').Single(l => l.StartsWith($"controller_runtime_{name}{{controller=\"configmap\"}} ", StringComparison.Ordinal));
        return int.Parse(line[(line.LastIndexOf(' ') + 1)..]);
    }

    private sealed class Scripted : IEntityController<V1ConfigMap>
    {
        public Func<V1ConfigMap, CancellationToken, Task<ReconciliationResult<V1ConfigMap>>> Next { get; set; } =
            static (map, _) => Task.FromResult(ReconciliationResult<V1ConfigMap>.Success(map));

        public List<ObjectKey> Gone { get; } = [];

        public Task<ReconciliationResult<V1ConfigMap>> ReconcileAsync(V1ConfigMap entity, CancellationToken cancellationToken) => Next(entity, cancellationToken);

        public Task DeletedAsync(ObjectKey key, CancellationToken cancellationToken)
        {
            Gone.Add(key);
            return Task.CompletedTask;
        }
    }
}

using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Hosting;
using Kubernetes.Operator.Informers;
using Kubernetes.Operator.Leadership;
using Kubernetes.Operator.Metrics;
using Kubernetes.Operator.Tests.Running;
using Kubernetes.Tests.Support;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Kubernetes.Operator.Tests.Hosting;

/// <summary>The order of start and end.</summary>
public sealed class OperatorHostTests : ApiServerTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly OperatorState _state = new();
    private readonly SlowController _controller = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);

    [Fact]
    public async Task At_the_end_work_is_finished_before_somebody_else_may_lead()
    {
        using var host = NewHost(shutdown: TimeSpan.FromMinutes(5));
        await StartAsync(host);
        var stopping = host.StopAsync(CancellationToken.None);
        await _controller.IntakeStopped.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var renewed = (await LeaseAsync()).Spec!.RenewTime;
        await Eventually.IsTrue(async () => (await LeaseAsync()).Spec!.RenewTime > renewed, "the Lease is renewed while the last work goes on");
        Assert.Equal("me", (await LeaseAsync()).Spec!.HolderIdentity);
        Assert.False(stopping.IsCompleted);

        _controller.WorkEnds.SetResult();
        await stopping.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal("", (await LeaseAsync()).Spec!.HolderIdentity ?? "");
    }

    [Fact]
    public async Task Work_that_does_not_end_in_time_is_abandoned_and_the_lease_is_given_back_all_the_same()
    {
        using var host = NewHost(shutdown: TimeSpan.FromMilliseconds(100));
        await StartAsync(host);
        await host.StopAsync(CancellationToken.None).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.True(_controller.WasAbandoned);
        Assert.Equal("", (await LeaseAsync()).Spec!.HolderIdentity ?? "");
    }

    [Fact]
    public async Task Whoever_loses_the_lead_abandons_its_work_and_ends()
    {
        using var host = NewHost(shutdown: TimeSpan.FromMinutes(5));
        await StartAsync(host);
        var lease = await LeaseAsync();
        await Client.ReplaceAsync(lease with { Spec = lease.Spec! with { HolderIdentity = "somebody else", RenewTime = DateTimeOffset.UtcNow } });
        await Eventually.IsTrue(() => _lifetime.ApplicationStopping.IsCancellationRequested, "the process ends");
        Assert.True(_controller.WasAbandoned);
        Assert.False(_state.IsLeading);
    }

    [Fact]
    public async Task A_resource_that_is_not_there_ends_the_process_and_is_never_waited_for_in_silence()
    {
        await using var running = await RunningOperator.StartAsync(Server, o => o.CacheSyncTimeout = TimeSpan.FromMilliseconds(300));
        await Eventually.IsTrue(() => running.Lifetime.ApplicationStopping.IsCancellationRequested, "the process ends");
        Assert.False(running.State.IsReady);
        Assert.False(running.State.IsLeading);
    }

    private OperatorHost NewHost(TimeSpan shutdown)
    {
        var options = new OperatorOptions { Name = "host", ShutdownTimeout = shutdown };
        options.LeaderElection.RetryPeriod = TimeSpan.FromSeconds(5);
        options.LeaderElection.LeaseDuration = TimeSpan.FromMinutes(2);
        options.LeaderElection.RenewDeadline = TimeSpan.FromMinutes(1);
        var elector = new LeaderElector(
            Client, new LeaseIdentity("default", "host", "me"), options.LeaderElection, TimeProvider.System, NullLogger.Instance);
        return new OperatorHost(
            [new CompleteCache()], [_controller], elector, _state, new MetricsRegistry(), Options.Create(options), _lifetime, TimeProvider.System, NullLogger<OperatorHost>.Instance);
    }

    private async Task StartAsync(OperatorHost host)
    {
        await host.StartAsync(CancellationToken.None);
        await Eventually.IsTrue(() => _state.IsLeading, "it leads");
    }

    private async Task<V1Lease> LeaseAsync() => (await Client.GetAsync<V1Lease>("default", "host"))!;

    /// <summary>A controller whose last visit takes as long as the test wants.</summary>
    private sealed class SlowController : IControllerRunner
    {
        public TaskCompletionSource IntakeStopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource WorkEnds { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool WasAbandoned { get; private set; }

        public string Name => "slow";

        public int Ready => 0;

        public async Task RunAsync(CancellationToken stopIntake, CancellationToken abandon)
        {
            await using var intake = stopIntake.Register(IntakeStopped.SetResult);
            await using var abandoned = abandon.Register(() =>
            {
                WasAbandoned = true;
                WorkEnds.TrySetResult();
            });
            await IntakeStopped.Task;
            await WorkEnds.Task;
        }

        public Task TryWorkAsync(CancellationToken abandon) => Task.CompletedTask;
    }

    private sealed class CompleteCache : IInformer
    {
        public KubernetesEntityDefinition Definition => KubernetesEntityDefinition.Of<V1ConfigMap>();

        public Type EntityType => typeof(V1ConfigMap);

        public bool HasSynced => true;

        public Task Synced => Task.CompletedTask;

        public Task RunAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);

        public void Subscribe(Action<IKubernetesObject?, IKubernetesObject?, bool> subscriber)
        {
            // It never changes.
        }

        public void Written(IKubernetesObject entity) => throw new NotSupportedException();

        public void Deleted(string? ns, string name, string? uid) => throw new NotSupportedException();
    }
}

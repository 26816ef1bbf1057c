using System.Threading.Channels;
using LocalCluster.Sidecar.Api;
using LocalCluster.Sidecar.CommandLine;
using LocalCluster.Sidecar.Components;
using LocalCluster.Sidecar.Delivery;
using LocalCluster.Sidecar.Jobs;
using LocalCluster.Sidecar.Metrics;
using LocalCluster.Sidecar.PubSub;
using LocalCluster.Sidecar.Publishing;
using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.Runtime;

/// <summary>How a <see cref="SidecarInstance"/> ended.</summary>
internal enum InstanceEnd
{
    Stopped,
    Forced,
    Restart,
}

/// <summary>
/// One life of the runtime, from loading the resources to closing. A changed Resiliency or Configuration ends it and the
/// process starts another one, as daprd does.
/// </summary>
internal sealed class SidecarInstance : IDisposable
{
    private static readonly TimeSpan Relist = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan PortPoll = TimeSpan.FromMilliseconds(25);

    private enum Signal
    {
        ResourcesChanged,
        Relist,
        AppHealthy,
        AppUnhealthy,
    }

    private readonly DaprdOptions _options;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly ResourceFolder _folder;
    private readonly ResourceSet _resources;
    private readonly RuntimeHealth _health;
    private readonly ComponentRegistry _components;
    private readonly SubscriptionManager _subscriptions;
    private readonly Reconciler _reconciler;
    private readonly AppChannel? _app;
    private readonly AppHealthMonitor? _monitor;
    private readonly Task<SidecarServers> _servers;
    private readonly JobWatch? _jobs;
    private readonly Channel<Signal> _signals = Channel.CreateUnbounded<Signal>();
    private bool _appAsked;

    public SidecarInstance(DaprdOptions options, ShutdownRequest shutdown, ILoggerFactory logs, TimeProvider time)
    {
        _options = options;
        _logs = logs;
        _time = time;
        _log = logs.CreateLogger("dapr.runtime");
        _folder = new ResourceFolder(options, _log);
        _resources = _folder.Load();
        var metrics = new SidecarMetrics(options.AppId, options.Namespace);
        var policies = new PolicyTable(_resources.Resiliencies);
        metrics.ResilienciesLoaded(policies.Names.Count);
        _health = new RuntimeHealth(metrics);
        _components = new ComponentRegistry(new ComponentFactory(options.AppId, time, logs), metrics, _log);
        var publisher = new Publisher(options, _components, policies, metrics, time);
        _app = options.AppPort is { } port ? new AppChannel(options, port) : null;
        _monitor = _app is not null && options.AppHealth is { } health ? new AppHealthMonitor(health, _app, time, AppHealthChanged) : null;
        _subscriptions = new SubscriptionManager(
            _components,
            new DeliveryServices(options, _app ?? new AppChannel(options, 1), publisher, policies, metrics, time, logs.CreateLogger("dapr.runtime.pubsub")),
            _log);
        _reconciler = new Reconciler(_components, _subscriptions, _log);
        _jobs = options.SchedulerAddress is not null ? new JobWatch(options, _app, metrics, time, logs.CreateLogger("dapr.runtime.scheduler")) : null;
        var api = new ApiContext(options, _health, _components, _subscriptions, publisher, policies, metrics, _jobs?.Scheduler, shutdown, time);
        // Building the servers and initialising the components take about as long: they go side by side.
        _servers = Task.Run(() => new SidecarServers(api, logs));
    }

    /// <summary>Runs until <paramref name="stop"/> fires or a resource demands a restart.</summary>
    /// <exception cref="ComponentInitException">A component fails that must not.</exception>
    /// <exception cref="PubSubException">A subscription that was added live cannot be started.</exception>
    public async Task<InstanceEnd> RunAsync(CancellationToken stop)
    {
        var started = _time.GetTimestamp();
        RuntimeLog.Starting(_log, SidecarVersion.Runtime, _options.AppId, _resources.Components.Count);
        using var life = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await _reconciler.LoadAsync(_resources, stop);
        var servers = await _servers;
        await servers.StartAsync();
        _health.OutboundIsReady();
        _jobs?.Scheduler.Start();
        if (_resources.HotReload)
        {
            _folder.Watch(() => _signals.Writer.TryWrite(Signal.ResourcesChanged));
            // Whatever changed between reading and watching.
            _signals.Writer.TryWrite(Signal.ResourcesChanged);
        }

        RuntimeLog.Running(_log, (long)_time.GetElapsedTime(started).TotalMilliseconds);
        using var probing = new CancellationTokenSource();
        var app = RunAppAsync(probing.Token, stop);
        var control = ControlAsync(life.Token);
        // A step in hand may wait half a minute for calls that the app does not answer: the end does not wait for it.
        await Task.WhenAny(control, Task.Delay(Timeout.Infinite, stop));
        var restart = control.IsCompleted && await control;
        var forced = !await new ShutdownSequence(_options, _health, _subscriptions, _components, servers, _jobs, _monitor, _time, _log).RunAsync(restart);
        await probing.CancelAsync();
        await app.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return restart ? InstanceEnd.Restart : forced ? InstanceEnd.Forced : InstanceEnd.Stopped;
    }

    public void Dispose()
    {
        _folder.Dispose();
        _app?.Dispose();
    }

    /// <returns>True when the runtime has to start anew.</returns>
    private async Task<bool> ControlAsync(CancellationToken life)
    {
        using var timer = _time.CreateTimer(_ => _signals.Writer.TryWrite(Signal.Relist), null, Relist, Relist);
        try
        {
            while (true)
            {
                switch (await _signals.Reader.ReadAsync(life))
                {
                    case Signal.ResourcesChanged:
                        // One change is several file events: take them together.
                        await Task.Delay(Settle, _time, life);
                        while (_signals.Reader.TryPeek(out var next) && next == Signal.ResourcesChanged)
                        {
                            _signals.Reader.TryRead(out _);
                        }

                        if (await ReloadAsync(relist: false, life))
                        {
                            return true;
                        }

                        break;
                    case Signal.Relist when _resources.HotReload:
                        if (await ReloadAsync(relist: true, life))
                        {
                            return true;
                        }

                        break;
                    case Signal.AppHealthy:
                        await StartSubscriptionsAsync(life);
                        break;
                    case Signal.AppUnhealthy:
                        await Task.WhenAll(_subscriptions.StopAsync(), _jobs?.Scheduler.WatchAsync(on: false) ?? Task.CompletedTask);
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (life.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> ReloadAsync(bool relist, CancellationToken life)
    {
        var resources = _folder.Load();
        if (resources.RestartKey != _resources.RestartKey)
        {
            RuntimeLog.Restarting(_log);
            return true;
        }

        await _reconciler.ApplyAsync(resources, relist, life);
        await TryAskAppAsync(_health.IsReady, life);
        return false;
    }

    /// <summary>Waits for the app's port, then keeps watch over its health.</summary>
    private async Task RunAppAsync(CancellationToken probing, CancellationToken stop)
    {
        if (_app is null)
        {
            _health.InboundIsReady();
            return;
        }

        RuntimeLog.WaitingForApp(_log, _options.AppPort!.Value);
        while (!await _app.IsListeningAsync(stop))
        {
            await Task.Delay(PortPoll, _time, stop);
        }

        RuntimeLog.AppDiscovered(_log, _options.AppPort!.Value);
        if (_monitor is null)
        {
            // Ready when the subscriptions have been started.
            AppHealthChanged(true);
        }
        else
        {
            _health.InboundIsReady();
            await _monitor.RunAsync(probing);
        }
    }

    private void AppHealthChanged(bool healthy)
    {
        if (!healthy)
        {
            RuntimeLog.AppUnhealthy(_log);
        }
        else if (_monitor is not null)
        {
            // Without probes Dapr says nothing.
            RuntimeLog.AppHealthy(_log);
        }

        _signals.Writer.TryWrite(healthy ? Signal.AppHealthy : Signal.AppUnhealthy);
    }

    private async Task StartSubscriptionsAsync(CancellationToken life)
    {
        await (_jobs?.Scheduler.WatchAsync(on: true) ?? Task.CompletedTask);
        if (await TryAskAppAsync(ready: true, life))
        {
            await _subscriptions.StartAsync();
        }

        _health.InboundIsReady();
    }

    /// <summary>Once in the life of the runtime, and only when there is a pub/sub component.</summary>
    /// <returns>False when the app did not answer: Dapr starts no subscription at all then, not even a declarative one, until the app is found healthy again.</returns>
    private async Task<bool> TryAskAppAsync(bool ready, CancellationToken life)
    {
        if (_appAsked || _app is null || !_options.AskAppForSubscriptions || !_components.HasPubSub || !ready)
        {
            return true;
        }

        try
        {
            var found = await ProgrammaticSubscriptions.AskAsync(_app, life);
            _appAsked = true;
            await _subscriptions.SetProgrammaticAsync(found);
            return true;
        }
        catch (HttpRequestException error)
        {
            RuntimeLog.SubscribeCallFailed(_log, error.Message);
            return false;
        }
    }
}

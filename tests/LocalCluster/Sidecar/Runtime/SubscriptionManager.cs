using System.Collections.Concurrent;
using System.Collections.Frozen;
using LocalCluster.Sidecar.Components;
using LocalCluster.Sidecar.Delivery;
using LocalCluster.Sidecar.PubSub;
using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.Runtime;

/// <summary>
/// Which subscriptions should run, and the running of them: declarative and programmatic ones, only while the app is healthy and
/// their component is loaded.
/// </summary>
internal sealed class SubscriptionManager
{
    private static readonly TimeSpan StartRetry = TimeSpan.FromSeconds(1);

    private readonly ComponentRegistry _components;
    private readonly DeliveryServices _services;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentDictionary<(string PubSub, string Topic), ActiveSubscription> _active = [];
    private readonly HashSet<string> _closingComponents = new(StringComparer.Ordinal);
    private IReadOnlyList<SubscriptionSpec> _programmatic = [];
    private IReadOnlyList<SubscriptionSpec> _declarative = [];
    private bool _running;
    private volatile bool _ended;

    public SubscriptionManager(ComponentRegistry components, DeliveryServices services, ILogger log)
    {
        _components = components;
        _services = services;
        _log = log;
    }

    /// <summary>Configured, which is not proof that the broker side is live. Programmatic beats declarative for the same topic.</summary>
    public IReadOnlyList<SubscriptionSpec> Configured =>
        [.. _programmatic.Concat(_declarative).DistinctBy(spec => (spec.PubSubName, spec.Topic))];

    public Task SetProgrammaticAsync(IReadOnlyList<SubscriptionSpec> specs) => ChangeAsync(() => _programmatic = specs);

    /// <param name="specs">All of them.</param>
    /// <param name="live">Whether this is a change of a running sidecar.</param>
    /// <exception cref="PubSubException">With <paramref name="live"/>: one that is new or changed cannot be started, which ends the sidecar.</exception>
    public Task SetDeclarativeAsync(IReadOnlyList<SubscriptionSpec> specs, bool live)
    {
        var known = _declarative.Select(spec => (spec.Name, spec.Fingerprint)).ToHashSet();
        var fresh = live ? specs.Where(spec => !known.Contains((spec.Name, spec.Fingerprint))).ToHashSet() : [];
        return ChangeAsync(() => _declarative = specs, fresh);
    }

    /// <summary>The app is healthy.</summary>
    public Task StartAsync() => ChangeAsync(() => _running = true);

    /// <summary>The app is not healthy.</summary>
    public Task StopAsync() => ChangeAsync(() => _running = false);

    public Task ComponentClosingAsync(string name) => ChangeAsync(() => _closingComponents.Add(name));

    public Task ComponentChangedAsync(string name) => ChangeAsync(() => _closingComponents.Remove(name));

    /// <summary>Before a shutdown that leaves the API open: what was fetched is delivered as far as the component can, then nothing more.</summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        _ended = true;
        if (!await EnterAsync(cancellation))
        {
            // A change in hand closes subscriptions that the app keeps busy; what is left is closed at the end.
            return;
        }

        try
        {
            var all = _active.Values.ToList();
            await Task.WhenAll(all.Select(subscription => subscription.DrainAsync(cancellation)));
            await Task.WhenAll(all.Select(subscription => subscription.StopAsync()));
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Closes everything for good.</summary>
    public Task EndAsync() => ChangeAsync(() => _ended = true);

    /// <summary>Cuts the calls in flight.</summary>
    public void Abort()
    {
        foreach (var subscription in _active.Values.ToList())
        {
            subscription.Abort();
        }
    }

    private async Task<bool> EnterAsync(CancellationToken cancellation)
    {
        try
        {
            await _gate.WaitAsync(cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ChangeAsync(Action change, IReadOnlySet<SubscriptionSpec>? fresh = null)
    {
        await _gate.WaitAsync();
        try
        {
            change();
            await ApplyAsync(fresh ?? FrozenSet<SubscriptionSpec>.Empty);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task ApplyAsync(IReadOnlySet<SubscriptionSpec> fresh)
    {
        var wanted = _running && !_ended
            ? Configured
                .Where(spec => !_closingComponents.Contains(spec.PubSubName) && _components.PubSub(spec.PubSubName) is not null)
                .ToDictionary(spec => (spec.PubSubName, spec.Topic))
            : [];
        await CloseAsync([.. _active.Keys.Where(key => !wanted.ContainsKey(key))]);
        foreach (var (key, spec) in wanted)
        {
            if (!_active.TryGetValue(key, out var current))
            {
                await OpenAsync(spec, fresh.Contains(spec));
            }
            else if (current.Spec.Fingerprint != spec.Fingerprint)
            {
                await ReplaceAsync(current, spec, fresh.Contains(spec));
            }
        }
    }

    private async Task CloseAsync(IReadOnlyList<(string PubSub, string Topic)> keys)
    {
        var closing = keys.Select(key => _active[key]).ToList();
        await Task.WhenAll(closing.Select(subscription => subscription.StopAsync()));
        await Task.WhenAll(closing.Select(subscription => subscription.ReleaseAsync().AsTask()));
        foreach (var key in keys)
        {
            _active.TryRemove(key, out _);
            SubscriptionLog.Closed(_log, key.Topic, key.PubSub);
        }
    }

    /// <summary>An edit subscribes anew before the old subscription has cleaned up behind itself: that order is Dapr's.</summary>
    private async Task ReplaceAsync(ActiveSubscription old, SubscriptionSpec spec, bool hot)
    {
        await old.StopAsync();
        _active.TryRemove((old.Spec.PubSubName, old.Spec.Topic), out _);
        await OpenAsync(spec, hot);
        await old.ReleaseAsync();
        SubscriptionLog.Updated(_log, spec.Topic, spec.PubSubName);
    }

    private async Task OpenAsync(SubscriptionSpec spec, bool hot)
    {
        if (_components.PubSub(spec.PubSubName) is not { } pubsub)
        {
            return;
        }

        try
        {
            _active[(spec.PubSubName, spec.Topic)] = await ActiveSubscription.OpenAsync(spec, pubsub, _services, CancellationToken.None);
            SubscriptionLog.Opened(_log, spec.Topic, spec.PubSubName);
        }
        catch (Exception error) when (!hot && error is PubSubException or FormatException)
        {
            SubscriptionLog.Failed(_log, spec.Topic, spec.PubSubName, error.Message);
            _ = RetryAsync();
        }
    }

    private async Task RetryAsync()
    {
        await Task.Delay(StartRetry, _services.Time);
        await ChangeAsync(() => { });
    }
}

using LocalCluster.Sidecar.Components;
using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.Runtime;

/// <summary>Brings the running components and subscriptions to what the resource folder says: always close first, then open.</summary>
internal sealed class Reconciler
{
    private readonly ComponentRegistry _components;
    private readonly SubscriptionManager _subscriptions;
    private readonly ILogger _log;
    private Dictionary<string, ComponentSpec> _seen = new(StringComparer.Ordinal);

    public Reconciler(ComponentRegistry components, SubscriptionManager subscriptions, ILogger log)
    {
        _components = components;
        _subscriptions = subscriptions;
        _log = log;
    }

    /// <summary>The first load, before the API opens.</summary>
    /// <exception cref="ComponentInitException">A component fails and does not say <c>ignoreErrors</c>, or its Secret is missing.</exception>
    public async Task LoadAsync(ResourceSet resources, CancellationToken cancellation)
    {
        if (resources.Components.FirstOrDefault(c => c.MissingSecret is not null) is { } component)
        {
            throw new ComponentInitException($"failed to load components: component {component.Name}: Secret \"{component.MissingSecret}\" not found");
        }

        _seen = resources.Components.ToDictionary(c => c.Name, StringComparer.Ordinal);
        await Task.WhenAll(resources.Components.Select(spec => _components.OpenAsync(spec, cancellation)));
        await _subscriptions.SetDeclarativeAsync(resources.Subscriptions, live: false);
    }

    /// <summary>A change of the folder, or the re-list each minute that also tries components that failed before.</summary>
    /// <exception cref="ComponentInitException">As for <see cref="LoadAsync"/>: the sidecar ends.</exception>
    /// <exception cref="PubSub.PubSubException">A subscription cannot be started: the sidecar ends.</exception>
    public async Task ApplyAsync(ResourceSet resources, bool relist, CancellationToken cancellation)
    {
        await ApplyComponentsAsync(resources, relist, cancellation);
        await _subscriptions.SetDeclarativeAsync(resources.Subscriptions, live: true);
    }

    private async Task ApplyComponentsAsync(ResourceSet resources, bool relist, CancellationToken cancellation)
    {
        if (resources.Components.FirstOrDefault(c => c.MissingSecret is not null) is { } blind)
        {
            // Dapr's operator cannot list the namespace's components then: a running sidecar sees no change of any of them.
            RuntimeLog.SecretMissing(_log, blind.MissingSecret!, blind.Name);
            return;
        }

        var wanted = resources.Components.ToDictionary(c => c.Name, StringComparer.Ordinal);
        foreach (var gone in _seen.Keys.Where(name => !wanted.ContainsKey(name)).ToList())
        {
            _seen.Remove(gone);
            await CloseAsync(gone);
            await _subscriptions.ComponentChangedAsync(gone);
        }

        foreach (var (name, spec) in wanted)
        {
            var changed = !_seen.TryGetValue(name, out var old) || old.Fingerprint != spec.Fingerprint;
            if (!changed && !(relist && _components.Find(name) is null))
            {
                continue;
            }

            _seen[name] = spec;
            await CloseAsync(name);
            await _components.OpenAsync(spec, cancellation);
            await _subscriptions.ComponentChangedAsync(name);
        }
    }

    private async Task CloseAsync(string name)
    {
        if (_components.Find(name) is not null)
        {
            await _subscriptions.ComponentClosingAsync(name);
            await _components.CloseAsync(name);
        }
    }
}

using System.Collections.Concurrent;
using LocalCluster.Sidecar.Metrics;
using LocalCluster.Sidecar.PubSub;
using LocalCluster.Sidecar.Resources;
using LocalCluster.Sidecar.State;

namespace LocalCluster.Sidecar.Components;

/// <summary>A component that is initialised.</summary>
/// <param name="Spec">What it was made from.</param>
/// <param name="Instance">An <see cref="IPubSub"/>, an <see cref="IStateStore"/>, or an inert one.</param>
/// <param name="KeyPrefix">State stores only: the <c>keyPrefix</c> strategy.</param>
internal sealed record LoadedComponent(ComponentSpec Spec, IAsyncDisposable Instance, string KeyPrefix);

/// <summary>The components that are really initialised in this sidecar. Changes come one at a time; lookups from anywhere.</summary>
internal sealed partial class ComponentRegistry : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, LoadedComponent> _loaded = new(StringComparer.Ordinal);
    private readonly ComponentFactory _factory;
    private readonly SidecarMetrics _metrics;
    private readonly ILogger _log;

    public ComponentRegistry(ComponentFactory factory, SidecarMetrics metrics, ILogger log)
    {
        _factory = factory;
        _metrics = metrics;
        _log = log;
    }

    public IEnumerable<LoadedComponent> Loaded => _loaded.Values.OrderBy(component => component.Spec.Name, StringComparer.Ordinal);

    public bool HasPubSub => _loaded.Values.Any(component => component.Instance is IPubSub);

    public IPubSub? PubSub(string name) => _loaded.GetValueOrDefault(name)?.Instance as IPubSub;

    public LoadedComponent? Find(string name) => _loaded.GetValueOrDefault(name);

    /// <summary>Initialises one component.</summary>
    /// <returns>False when it failed and says <c>ignoreErrors</c>: neither the old nor the new one is there then.</returns>
    /// <exception cref="ComponentInitException">It failed and must not be ignored: the sidecar ends.</exception>
    public async Task<bool> OpenAsync(ComponentSpec spec, CancellationToken cancellation)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(spec.InitTimeout);
            _loaded[spec.Name] = await _factory.CreateAsync(spec, limit.Token);
            _metrics.ComponentInitialised(spec.Type);
            ComponentLoaded(spec.Name, spec.Type, spec.Version);
            return true;
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            return Failed(spec, new ComponentInitException($"init timeout for component {spec.Name} exceeded after {spec.InitTimeout.TotalSeconds}s", late));
        }
        catch (ComponentInitException error)
        {
            return Failed(spec, error);
        }
    }

    /// <summary>Takes the component out first, so that calls answer 404, then closes it.</summary>
    public async Task CloseAsync(string name)
    {
        if (_loaded.TryRemove(name, out var component))
        {
            await component.Instance.DisposeAsync();
            ComponentClosed(name);
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_loaded.Keys.Select(CloseAsync));

    private bool Failed(ComponentSpec spec, ComponentInitException error)
    {
        _metrics.ComponentInitFailed(spec.Type, spec.Name);
        ComponentFailed(spec.Name, spec.Type, error.Message);
        return spec.IgnoreErrors
            ? false
            : throw new ComponentInitException(
                $"process component {spec.Name} error: [INIT_COMPONENT_FAILURE]: initialization error occurred for {spec.Name} ({spec.Type}/{spec.Version}): {error.Message}",
                error);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Component loaded: {Name} ({Type}/{Version})")]
    private partial void ComponentLoaded(string name, string type, string version);

    [LoggerMessage(Level = LogLevel.Information, Message = "Component unloaded: {Name}")]
    private partial void ComponentClosed(string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to init component {Name} ({Type}): {Reason}")]
    private partial void ComponentFailed(string name, string type, string reason);
}

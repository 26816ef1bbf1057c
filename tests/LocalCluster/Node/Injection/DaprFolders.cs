using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Controllers.Runtime;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Node.Injection;

/// <summary>
/// Keeps the sidecars' resource folders in step with the cluster: what Dapr's operator does over gRPC, done with Dapr's standalone
/// mode and its hot reload.
/// </summary>
/// <remarks>
/// A Component with a missing Secret behaves as with the real operator (seen with 1.18.3): no new sidecar of the namespace starts, and
/// no change of any Component reaches those that run, until the Secret is there or the Component gone.
/// </remarks>
internal sealed partial class DaprFolders(TimeProvider time, ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<DaprFolder> _open = [];
    private readonly Dictionary<ResourceType, (Informer Informer, CancellationTokenSource Stop)> _kinds = [];
    private readonly ILogger _logger = logger;
    private IClusterApi? _api;
    private CancellationToken _stopping;

    /// <summary>Listens to Secrets and to the definitions of Dapr's resources, which are watched as soon as they are there.</summary>
    public void Connect(IClusterApi api, InformerSet informers, CancellationToken stopping)
    {
        (_api, _stopping) = (api, stopping);
        informers.For(ResourceTypes.CustomResourceDefinitions).Listen(OnDefinition);
        informers.For(ResourceTypes.Secrets).Listen(change => Sync(change.Key.Namespace));
    }

    /// <summary>Makes a folder and fills it.</summary>
    public DaprFolder Open(string ns, string appId, string? configuration, string path)
    {
        var folder = new DaprFolder(this, ns, appId, configuration, path);
        lock (_lock)
        {
            _open.Add(folder);
            Fill(folder);
        }

        return folder;
    }

    /// <summary>The folder is not used any more.</summary>
    public void Close(DaprFolder folder)
    {
        lock (_lock)
        {
            _open.Remove(folder);
        }
    }

    /// <summary>The first missing Secret of the namespace's Components, in the words of a sidecar that ends because of it.</summary>
    public string? ProblemOf(string ns)
    {
        foreach (var component in List(DaprResources.Components, ns))
        {
            DaprResources.Render(DaprResources.Components, component, name => _api!.Get(ResourceTypes.Secrets, ns, name), out var missing);
            if (missing is not null)
            {
                return $"level=fatal msg=\"Fatal error from runtime: failed to load components: {missing.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var (_, stop) in _kinds.Values)
            {
                stop.Cancel();
                stop.Dispose();
            }

            _kinds.Clear();
        }
    }

    private void OnDefinition(ObjectChange change)
    {
        var served = ServedTypes.Of(change.Latest);
        if (served is null || !(DaprResources.InFolder.Contains(served) || served == DaprResources.Configurations))
        {
            return;
        }

        lock (_lock)
        {
            if (change.New is null)
            {
                if (_kinds.Remove(served, out var running))
                {
                    running.Stop.Cancel();
                    running.Stop.Dispose();
                }
            }
            else if (!_kinds.ContainsKey(served))
            {
                var informer = new Informer(_api!, served, time, _logger);
                informer.Listen(item => Sync(item.Key.Namespace));
                var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
                _kinds[served] = (informer, stop);
                _ = Task.Run(() => informer.RunAsync(stop.Token), stop.Token);
            }
        }
    }

    private void Sync(string ns)
    {
        lock (_lock)
        {
            foreach (var folder in _open.Where(folder => folder.Namespace == ns))
            {
                Fill(folder);
            }
        }
    }

    private void Fill(DaprFolder folder)
    {
        try
        {
            var blocked = ProblemOf(folder.Namespace) is not null;
            var files = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var type in DaprResources.InFolder)
            {
                foreach (var value in List(type, folder.Namespace).Where(value => DaprResources.IsInScope(value, folder.AppId)))
                {
                    files[DaprResources.FileName(type, value)] = DaprResources.Render(type, value, name => _api!.Get(ResourceTypes.Secrets, folder.Namespace, name), out _);
                }
            }

            var configuration = List(DaprResources.Configurations, folder.Namespace).FirstOrDefault(value => value.Name() == folder.Configuration);
            folder.Write(
                files,
                frozen: blocked ? "component-" : null,
                configuration is null ? null : DaprResources.Render(DaprResources.Configurations, configuration, _ => null, out _));
        }
        catch (IOException e)
        {
            LogFailed(e, folder.ResourcesPath);
        }
    }

    /// <summary>Reads from the store, so that a sidecar that starts right after its Component was written finds it.</summary>
    private IReadOnlyList<JsonObject> List(ResourceType type, string ns)
    {
        try
        {
            return _api!.List(type, ns).Items;
        }
        catch (ApiException e) when (e.Reason == "NotFound")
        {
            // The definition is not installed.
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Writing {Folder} failed")]
    private partial void LogFailed(Exception exception, string folder);
}

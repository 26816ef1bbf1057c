using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Resources.Strategies;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer;

/// <summary>What the parts of one API server share.</summary>
internal sealed class Cluster
{
    public Cluster(ApiServerOptions options)
    {
        Options = options;
        PodLogs = options.PodLogs;
        Store = new ObjectStore(options.HistoryLimit);
        Catalog = new ResourceCatalog(BuiltInResources.All(new ServiceAddresses(options.ServiceAddresses, UsedAddresses), options.TimeProvider));
    }

    public ApiServerOptions Options { get; }

    public TimeProvider Time => Options.TimeProvider;

    public ResourceCatalog Catalog { get; }

    public ObjectStore Store { get; }

    /// <summary>Changes pods as they are created; set by the node.</summary>
    public IAdmission? Admission { get; set; }

    public IPodLogs? PodLogs { get; set; }

    /// <summary>Called after each write that was stored: the resource, and whether an object was removed.</summary>
    public event Action<ResourceInfo, bool>? Committed;

    public void RaiseCommitted(ResourceInfo resource, bool removed) => Committed?.Invoke(resource, removed);

    private HashSet<string> UsedAddresses() =>
        [.. Store.Read(ResourceTypes.Services.Plural).In(null).Select(s => s.Value.TextAt("spec", "clusterIP")).OfType<string>()];
}

using LocalCluster.ApiServer.Storage;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Controllers.Runtime;

/// <summary>One informer per resource, shared by everything that listens to it.</summary>
public sealed class InformerSet(IClusterApi api, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<ResourceType, Informer> _informers = [];

    /// <summary>The informer of a resource. Listeners must be added before <see cref="Start"/>.</summary>
    public Informer For(ResourceType type)
    {
        if (!_informers.TryGetValue(type, out var informer))
        {
            informer = new Informer(api, type, time, logger);
            _informers.Add(type, informer);
        }

        return informer;
    }

    /// <summary>Starts all informers; the task ends when they have ended.</summary>
    public Task Start(CancellationToken cancellationToken) =>
        Task.WhenAll(_informers.Values.Select(informer => Task.Run(() => informer.RunAsync(cancellationToken), CancellationToken.None)));
}

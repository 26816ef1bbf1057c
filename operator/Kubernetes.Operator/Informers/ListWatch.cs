using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Operator.Caching;

namespace Kubernetes.Operator.Informers;

/// <summary>Lists and watches through the client.</summary>
internal sealed class ListWatch<TEntity>(IKubernetesClient client, CacheOptions<TEntity> cache, string? watchNamespace, InformerTimings timings)
    : IListWatch<TEntity>
    where TEntity : class, IKubernetesObject
{
    private readonly string? _namespace = KubernetesEntityDefinition.Of<TEntity>().Namespaced ? cache.Namespace ?? watchNamespace : null;

    public Task<KubernetesList<TEntity>> ListAsync(string? continueToken, CancellationToken cancellationToken) =>
        client.ListAsync<TEntity>(
            new ListOptions
            {
                Namespace = _namespace,
                LabelSelector = cache.LabelSelector,
                FieldSelector = cache.FieldSelector,
                Limit = timings.PageSize,
                Continue = continueToken,
            },
            cancellationToken);

    public IAsyncEnumerable<WatchEvent<TEntity>> WatchAsync(string? version, CancellationToken cancellationToken) =>
        client.WatchAsync<TEntity>(
            new WatchOptions
            {
                Namespace = _namespace,
                LabelSelector = cache.LabelSelector,
                FieldSelector = cache.FieldSelector,
                ResourceVersion = version,
                SendInitialEvents = version is null,
                Timeout = timings.WatchTimeout * (1 + timings.Jitter()),
                IdleTimeout = timings.IdleTimeout,
            },
            cancellationToken);
}

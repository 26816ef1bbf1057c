using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;

namespace Kubernetes.Operator.Informers;

/// <summary>Where an informer gets its objects: one resource, one selection.</summary>
internal interface IListWatch<TEntity> where TEntity : class, IKubernetesObject
{
    /// <summary>One page of the newest state.</summary>
    Task<KubernetesList<TEntity>> ListAsync(string? continueToken, CancellationToken cancellationToken);

    /// <summary>Changes after a version; null: first the newest state, ended by the bookmark of WatchList.</summary>
    IAsyncEnumerable<WatchEvent<TEntity>> WatchAsync(string? version, CancellationToken cancellationToken);
}

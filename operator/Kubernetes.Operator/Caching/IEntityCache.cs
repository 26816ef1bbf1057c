using Kubernetes.Client.Entities;
using Kubernetes.Operator.Controllers;

namespace Kubernetes.Operator.Caching;

/// <summary>The objects of one resource as last heard of, without a request to the API server.</summary>
/// <remarks>
/// There is one for every type that a controller reconciles, owns or watches, and for those asked for with <c>AddCache</c>. It never goes back in time, and
/// it contains what was written through the injected client, even before the watch reports it. Objects are shared: read-only.
/// </remarks>
public interface IEntityCache<TEntity> where TEntity : class, IKubernetesObject
{
    /// <summary>Whether the first list is complete. Controllers start only then.</summary>
    bool HasSynced { get; }

    /// <summary>How many objects there are.</summary>
    int Count { get; }

    /// <summary>One object, or null.</summary>
    TEntity? Get(string? ns, string name);

    /// <summary>All objects, or those of a namespace, ordered by namespace and name.</summary>
    IReadOnlyList<TEntity> List(string? ns = null);

    /// <summary>The objects for which an index (see <c>CacheOptions.Index</c>) gives this value, ordered by namespace and name.</summary>
    /// <exception cref="ArgumentException">There is no such index.</exception>
    IReadOnlyList<TEntity> ByIndex(string index, string value);

    /// <summary>The objects whose managing owner has this uid.</summary>
    IReadOnlyList<TEntity> OwnedBy(string ownerUid);
}

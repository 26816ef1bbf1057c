using Kubernetes.Client.Entities;
using Kubernetes.Operator.Controllers;

namespace Kubernetes.Operator.Caching;

/// <summary>One change of one object in a cache.</summary>
/// <param name="Key">Which.</param>
/// <param name="Before">Null when it is new.</param>
/// <param name="After">Null when it is gone.</param>
/// <param name="IsInitial">Whether it only became known, by the first list or by subscribing.</param>
internal sealed record StoreChange<TEntity>(ObjectKey Key, TEntity? Before, TEntity? After, bool IsInitial)
    where TEntity : class, IKubernetesObject;

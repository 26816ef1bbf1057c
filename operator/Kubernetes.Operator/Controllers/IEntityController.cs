using Kubernetes.Client.Entities;

namespace Kubernetes.Operator.Controllers;

/// <summary>Brings the world into line with one kind of object.</summary>
/// <remarks>
/// One object is never reconciled twice at once. A reconcile sees the newest known state of the object, never the event that woke it: what has changed,
/// how often and in which order is not known and must not matter. A change during a reconcile leads to exactly one more.
/// Writes made through the injected <see cref="Kubernetes.Client.IKubernetesClient"/> are seen by the next reconcile.
/// </remarks>
public interface IEntityController<TEntity> where TEntity : class, IKubernetesObject
{
    /// <summary>Looks at the world and does the next thing. An exception is a failure that is tried again with back-off.</summary>
    /// <param name="entity">The object; shared, read-only.</param>
    /// <param name="cancellationToken">Ends at shutdown, at the loss of leadership, or after the reconcile timeout.</param>
    Task<ReconciliationResult<TEntity>> ReconcileAsync(TEntity entity, CancellationToken cancellationToken);

    /// <summary>The object is gone: drop what is remembered of it.</summary>
    /// <remarks>Not called for objects that vanished while the operator was away, so it must not manage anything outside this process: that is what a
    /// finalizer is for.</remarks>
    Task DeletedAsync(ObjectKey key, CancellationToken cancellationToken) => Task.CompletedTask;
}

using Kubernetes.Client.Entities;

namespace Kubernetes.Operator.Controllers;

/// <summary>Cleans up before an object goes.</summary>
/// <remarks>The finalizer is set before the controller sees the object for the first time. The clean-up must work though nothing was ever made.</remarks>
public interface IEntityFinalizer<TEntity> where TEntity : class, IKubernetesObject
{
    /// <summary>
    /// Does the next step of the clean-up. Success without <see cref="ReconciliationResult{TEntity}.RequeueAfter"/> means done: the finalizer is removed.
    /// Success with it means not done yet. Failure is tried again with back-off.
    /// </summary>
    Task<ReconciliationResult<TEntity>> FinalizeAsync(TEntity entity, CancellationToken cancellationToken);
}

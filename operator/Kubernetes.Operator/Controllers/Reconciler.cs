using Kubernetes.Client.Entities;

namespace Kubernetes.Operator.Controllers;

/// <summary>One visit to one object: its finalizers, or its controller.</summary>
internal sealed class Reconciler<TEntity>(
    IEntityController<TEntity> controller, IReadOnlyList<NamedFinalizer<TEntity>> finalizers, FinalizerPatcher<TEntity> patcher)
    where TEntity : class, IKubernetesObject
{
    /// <summary>Visits the object; null when it is gone.</summary>
    public async Task<ReconcileOutcome> ReconcileAsync(ObjectKey key, TEntity? entity, CancellationToken cancellationToken)
    {
        if (entity is null)
        {
            await controller.DeletedAsync(key, cancellationToken);
            return ReconcileOutcome.Done;
        }

        if (entity.IsDeleting())
        {
            return await FinalizeAsync(entity, cancellationToken);
        }

        // The finalizer comes first: with it missing, a delete right after the first side effect would leave that behind.
        foreach (var finalizer in finalizers.Where(f => !entity.HasFinalizer(f.Name)))
        {
            if (await patcher.AddAsync(entity, finalizer.Name, cancellationToken) is not { } updated)
            {
                return ReconcileOutcome.Done;
            }

            entity = updated;
        }

        return ReconcileOutcome.Of(await controller.ReconcileAsync(entity, cancellationToken));
    }

    private async Task<ReconcileOutcome> FinalizeAsync(TEntity entity, CancellationToken cancellationToken)
    {
        foreach (var (name, finalizer) in finalizers)
        {
            if (!entity.HasFinalizer(name))
            {
                continue;
            }

            var result = await finalizer.FinalizeAsync(entity, cancellationToken);
            if (result.IsFailure || result.RequeueAfter is not null)
            {
                return ReconcileOutcome.Of(result);
            }

            if (await patcher.RemoveAsync(entity, name, cancellationToken) is not { } updated)
            {
                return ReconcileOutcome.Done;
            }

            entity = updated;
        }

        return ReconcileOutcome.Done;
    }
}

internal sealed record NamedFinalizer<TEntity>(string Name, IEntityFinalizer<TEntity> Finalizer) where TEntity : class, IKubernetesObject;

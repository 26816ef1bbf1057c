using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Crd.Attributes;
using Todo.Operator.Generation;
using Todo.Operator.Preflight.Cluster;
using Todo.Operator.Preflight.Dapr;
using Todo.Operator.Resource;

namespace Todo.Operator.Controllers;

/// <summary>Looks at one platform whenever something of it has changed, and does the next thing.</summary>
[EntityRbac(typeof(V1Alpha1TodoPlatform), "get,list,watch,patch,update")]
[EntityRbac(typeof(V1Alpha1TodoPlatform), "get,patch,update", Subresource = "status")]
[EntityRbac(typeof(V1Alpha1TodoPlatform), "update", Subresource = "finalizers")]
[EntityRbac(typeof(V1Deployment), "get,list,watch,patch")]
[EntityRbac(typeof(V1Pod), "get,list,watch")]
[EntityRbac(typeof(V1Pod), "get,create", Subresource = "proxy")]
[EntityRbac(typeof(V1Secret), "get")]
[EntityRbac(typeof(V1Namespace), "get")]
[EntityRbac(typeof(V1ConfigMap), "get")]
[EntityRbac(typeof(V1MutatingWebhookConfiguration), "list")]
[EntityRbac(typeof(V1EndpointSlice), "list")]
[EntityRbac(typeof(V1ResourceQuota), "list")]
[EntityRbac(typeof(V1PodDisruptionBudget), "list")]
[EntityRbac(typeof(DaprComponent), "get,list,watch,create,patch,delete")]
[EntityRbac(typeof(DaprSubscription), "get,list,watch,create,patch,delete")]
[EntityRbac(typeof(DaprResiliency), "get,list,watch,create,patch,delete")]
[EntityRbac(typeof(DaprConfiguration), "get,list,watch,create,patch,delete")]
[EntityRbac(typeof(EventsV1Event), "create,patch,update")]
[EntityRbac(typeof(V1Lease), "get,create,update,patch")]
public sealed class PlatformController(PlatformReconciler reconciler, PlatformIndex index) : IEntityController<V1Alpha1TodoPlatform>
{
    /// <inheritdoc/>
    public async Task<ReconciliationResult<V1Alpha1TodoPlatform>> ReconcileAsync(V1Alpha1TodoPlatform entity, CancellationToken cancellationToken)
    {
        index.Remember(entity);
        var visit = await reconciler.VisitAsync(entity, cancellationToken);
        return ReconciliationResult<V1Alpha1TodoPlatform>.Success(entity, visit.Again);
    }

    /// <inheritdoc/>
    public Task DeletedAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        index.Forget(key);
        reconciler.Forget(key);
        return Task.CompletedTask;
    }
}

/// <summary>Brings a platform that is being deleted to where its deletionPolicy wants it: the same rule, with another target.</summary>
public sealed class PlatformFinalizer(PlatformReconciler reconciler) : IEntityFinalizer<V1Alpha1TodoPlatform>
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public async Task<ReconciliationResult<V1Alpha1TodoPlatform>> FinalizeAsync(V1Alpha1TodoPlatform entity, CancellationToken cancellationToken)
    {
        var visit = await reconciler.VisitAsync(entity, cancellationToken);
        return ReconciliationResult<V1Alpha1TodoPlatform>.Success(entity, visit.MayGo ? null : visit.Again ?? Soon);
    }
}

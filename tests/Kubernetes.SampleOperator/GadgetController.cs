using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Operator.Applying;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Conditions;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Events;

namespace Kubernetes.SampleOperator;

/// <summary>A whole operator: keeps a ConfigMap per gadget and says so.</summary>
public sealed class GadgetController(IApplier applier, IEntityCache<V1ConfigMap> maps, IEventPublisher events, TimeProvider time)
    : IEntityController<V1Gadget>
{
    private static readonly ApplyOptions Own = new("gadgets") { Force = true };

    private int _reconciles;

    public int Reconciles => _reconciles;

    public async Task<ReconciliationResult<V1Gadget>> ReconcileAsync(V1Gadget entity, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reconciles);
        var map = new V1ConfigMap
        {
            Metadata = new V1ObjectMeta
            {
                Name = entity.Name(), NamespaceProperty = entity.Namespace(), OwnerReferences = [entity.MakeOwnerReference()],
            },
            Data = new Dictionary<string, string> { ["size"] = $"{entity.Spec.Size}" },
        };
        var applied = await applier.ApplyAsync(maps.Get(entity.Namespace(), entity.Name()), map, Own, cancellationToken);
        if (applied.Written)
        {
            events.Publish(entity, EventType.Normal, "Applied", $"size {entity.Spec.Size}");
        }

        var status = new V1Gadget
        {
            Metadata = new V1ObjectMeta { Name = entity.Name(), NamespaceProperty = entity.Namespace() },
            Status = new GadgetStatus
            {
                ObservedGeneration = entity.Generation(),
                Message = $"size {entity.Spec.Size}",
                Conditions = new ConditionSet(entity.Status?.Conditions, entity.Generation(), time).Set("Available", true, "Applied").ToList(),
            },
        };
        await applier.ApplyAsync(entity, status, Own with { Subresource = "status" }, cancellationToken);
        return ReconciliationResult<V1Gadget>.Success(entity);
    }
}

/// <summary>Leaves a mark behind, so that tests see that it ran before the object went.</summary>
public sealed class GadgetFinalizer(Kubernetes.Client.IKubernetesClient client) : IEntityFinalizer<V1Gadget>
{
    public async Task<ReconciliationResult<V1Gadget>> FinalizeAsync(V1Gadget entity, CancellationToken cancellationToken)
    {
        var mark = new V1ConfigMap { Metadata = new V1ObjectMeta { Name = $"{entity.Name()}-was-here", NamespaceProperty = entity.Namespace() } };
        await client.ApplyAsync(mark, new ApplyOptions("gadgets"), cancellationToken);
        return ReconciliationResult<V1Gadget>.Success(entity);
    }
}

using Kubernetes.Client.Entities;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Informers;
using Kubernetes.Operator.Queue;

namespace Kubernetes.Operator.Controllers;

/// <summary>Turns changes in the caches into keys in a controller's queue. The change itself is not passed on: only the newest state counts.</summary>
internal static class EventSources
{
    /// <summary>Changes of the objects that the controller reconciles.</summary>
    public static void Primary<TEntity>(EntityStore<TEntity> store, ReconcileQueue<ObjectKey> queue, Func<TEntity?, TEntity, bool>? predicate)
        where TEntity : class, IKubernetesObject =>
        store.Subscribe(change =>
        {
            if (IsWorthIt(change, predicate))
            {
                queue.Add(change.Key, change.IsInitial ? QueuePriority.Low : QueuePriority.Normal);
            }
        });

    /// <summary>Changes of other objects, mapped to those that the controller reconciles. The one before counts too: it may have belonged to somebody else.</summary>
    public static void Secondary(IInformer informer, ReconcileQueue<ObjectKey> queue, Func<IKubernetesObject, IEnumerable<ObjectKey>> map) =>
        informer.Subscribe((before, after, isInitial) =>
        {
            var keys = (before is null ? [] : map(before)).Concat(after is null ? [] : map(after));
            foreach (var key in keys.Distinct())
            {
                queue.Add(key, isInitial ? QueuePriority.Low : QueuePriority.Normal);
            }
        });

    private static bool IsWorthIt<TEntity>(StoreChange<TEntity> change, Func<TEntity?, TEntity, bool>? predicate)
        where TEntity : class, IKubernetesObject =>
        change.After is not { } after
        || (after.IsDeleting() && change.Before?.IsDeleting() != true)
        || predicate is null
        || predicate(change.Before, after);
}

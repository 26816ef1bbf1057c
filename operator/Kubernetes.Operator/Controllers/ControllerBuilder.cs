using Kubernetes.Client.Entities;
using Kubernetes.Operator.Hosting;

namespace Kubernetes.Operator.Controllers;

/// <summary>What wakes a controller, and how it runs.</summary>
/// <typeparam name="TEntity">The kind of object that it reconciles.</typeparam>
public sealed class ControllerBuilder<TEntity> where TEntity : class, IKubernetesObject
{
    internal List<SecondaryWatch> Watching { get; } = [];

    internal List<FinalizerRegistration> Finalizers { get; } = [];

    internal Func<TEntity?, TEntity, bool>? Predicate { get; private set; }

    internal int MaxConcurrent { get; private set; } = 1;

    internal TimeSpan? Resync { get; private set; }

    internal TimeSpan? Timeout { get; private set; }

    /// <summary>A change of an object whose managing owner is one of ours wakes that owner.</summary>
    public ControllerBuilder<TEntity> Owns<TOwned>() where TOwned : class, IKubernetesObject
    {
        var owner = KubernetesEntityDefinition.Of<TEntity>();
        Watching.Add(SecondaryWatch.Of<TOwned>(obj =>
            obj.GetController() is { Name: { } name } reference && reference.Kind == owner.Kind && GroupOf(reference.ApiVersion) == owner.Group
                ? [new ObjectKey(owner.Namespaced ? obj.Namespace() : null, name)]
                : []));
        return this;
    }

    /// <summary>A change of an object wakes the ones that <paramref name="map"/> names (by the object before and after the change).</summary>
    public ControllerBuilder<TEntity> Watches<TOther>(Func<TOther, IEnumerable<ObjectKey>> map) where TOther : class, IKubernetesObject
    {
        Watching.Add(SecondaryWatch.Of(map));
        return this;
    }

    /// <summary>A change of an object with this label wakes the object of the same namespace that the label's value names.</summary>
    public ControllerBuilder<TEntity> WatchesByLabel<TOther>(string label) where TOther : class, IKubernetesObject =>
        Watches<TOther>(obj => obj.GetLabel(label) is { Length: > 0 } name ? [new ObjectKey(obj.Namespace(), name)] : []);

    /// <summary>Which changes of the object itself are worth a reconcile (before, null when new; after). Deletion always is.</summary>
    public ControllerBuilder<TEntity> Where(Func<TEntity?, TEntity, bool> predicate)
    {
        Predicate = predicate;
        return this;
    }

    /// <summary>Runs <typeparamref name="TFinalizer"/> before an object goes.</summary>
    /// <param name="name">The finalizer's name, qualified by a domain: <c>platform.todo.io/revert</c>.</param>
    public ControllerBuilder<TEntity> WithFinalizer<TFinalizer>(string name) where TFinalizer : class, IEntityFinalizer<TEntity>
    {
        Finalizers.Add(new FinalizerRegistration(name, typeof(TFinalizer)));
        return this;
    }

    /// <summary>How many objects are reconciled at the same time. Default 1.</summary>
    public ControllerBuilder<TEntity> MaxConcurrentReconciles(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        MaxConcurrent = value;
        return this;
    }

    /// <summary>Looks at every object this often, at low priority, even without an event. Default: never.</summary>
    public ControllerBuilder<TEntity> ResyncEvery(TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        Resync = period;
        return this;
    }

    /// <summary>A reconcile that takes longer is cancelled, counted and tried again. Default: the operator's (2 minutes).</summary>
    public ControllerBuilder<TEntity> ReconcileTimeout(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        Timeout = timeout;
        return this;
    }

    private static string GroupOf(string? apiVersion) =>
        apiVersion is not null && apiVersion.Contains('/') ? apiVersion[..apiVersion.IndexOf('/')] : "";
}

internal sealed record SecondaryWatch(Type EntityType, Func<IKubernetesObject, IEnumerable<ObjectKey>> Map, Action<OperatorBuilder> Register)
{
    public static SecondaryWatch Of<TOther>(Func<TOther, IEnumerable<ObjectKey>> map) where TOther : class, IKubernetesObject =>
        new(typeof(TOther), obj => map((TOther)obj), static builder => builder.Watch<TOther>());
}

internal sealed record FinalizerRegistration(string Name, Type FinalizerType);

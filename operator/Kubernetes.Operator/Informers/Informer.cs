using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Controllers;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Operator.Informers;

/// <summary>A cache of one resource and what keeps it fresh: the watch, and the answers to our own writes.</summary>
internal sealed class Informer<TEntity> : IInformer where TEntity : class, IKubernetesObject
{
    private readonly CacheOptions<TEntity> _options;
    private readonly Selection _selection;
    private readonly MetadataReducer _metadata;
    private readonly Reflector<TEntity> _reflector;
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Informer(
        IListWatch<TEntity> source, CacheOptions<TEntity> options, string? watchNamespace, IReadOnlySet<string> fieldManagers,
        InformerTimings timings, TimeProvider time, ILogger logger)
    {
        _options = options;
        _selection = new Selection(options.Namespace ?? watchNamespace, options.LabelSelector, options.FieldSelector);
        _metadata = new MetadataReducer(fieldManagers);
        Store = new EntityStore<TEntity>(options.Indexes);
        _reflector = new Reflector<TEntity>(new Projected(source, Project), Store, timings, time, logger);
        Store.OnSynced = () => _synced.TrySetResult();
    }

    public EntityStore<TEntity> Store { get; }

    public KubernetesEntityDefinition Definition { get; } = KubernetesEntityDefinition.Of<TEntity>();

    public Type EntityType => typeof(TEntity);

    public bool HasSynced => Store.HasSynced;

    public Task Synced => _synced.Task;

    public Task RunAsync(CancellationToken cancellationToken) => _reflector.RunAsync(cancellationToken);

    public void Subscribe(Action<IKubernetesObject?, IKubernetesObject?, bool> subscriber) =>
        Store.Subscribe(change => subscriber(change.Before, change.After, change.IsInitial));

    public void Written(IKubernetesObject entity)
    {
        // What the watch does not select it would never report again, so it must not get in this way either.
        if (entity is TEntity typed && _selection.Includes(typed))
        {
            Store.ApplyWritten(Project(typed));
        }
    }

    public void Deleted(string? ns, string name, string? uid) => Store.RemoveWritten(new ObjectKey(ns, name), uid);

    private TEntity Project(TEntity entity)
    {
        entity = _options.Projection?.Invoke(entity) ?? entity;
        _metadata.Reduce(entity.Metadata);
        return entity;
    }

    private sealed class Projected(IListWatch<TEntity> inner, Func<TEntity, TEntity> project) : IListWatch<TEntity>
    {
        public async Task<KubernetesList<TEntity>> ListAsync(string? continueToken, CancellationToken cancellationToken)
        {
            var list = await inner.ListAsync(continueToken, cancellationToken);
            for (var i = 0; i < list.Items.Count; i++)
            {
                // Items of a list of a built-in type carry no type of their own.
                list.Items[i].ApiVersion ??= KubernetesEntityDefinition.Of<TEntity>().ApiVersion;
                list.Items[i].Kind ??= KubernetesEntityDefinition.Of<TEntity>().Kind;
                list.Items[i] = project(list.Items[i]);
            }

            return list;
        }

        public async IAsyncEnumerable<WatchEvent<TEntity>> WatchAsync(
            string? version, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var change in inner.WatchAsync(version, cancellationToken))
            {
                yield return change is { Object: { } entity, Type: not WatchEventType.Bookmark } ? change with { Object = project(entity) } : change;
            }
        }
    }
}

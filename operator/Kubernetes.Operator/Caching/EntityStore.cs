using Kubernetes.Client.Entities;
using Kubernetes.Operator.Controllers;

namespace Kubernetes.Operator.Caching;

/// <summary>The objects of one resource, fed by a watch and by our own writes.</summary>
/// <remarks>
/// Versions of one resource are comparable numbers, which gives two rules. An object never goes back: what is not newer than what is known is ignored, so the
/// answer to a write stays visible until the watch has passed it. And an object that a list does not contain is gone, unless it was written after the list was made.
/// Subscribers are called under the lock, in order, once per version, whichever way it came.
/// </remarks>
internal sealed class EntityStore<TEntity> : IEntityCache<TEntity> where TEntity : class, IKubernetesObject
{
    private const string OwnerIndex = "\0owner";
    private const string NamespaceIndex = "\0namespace";

    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, TEntity> _objects = [];
    private readonly Dictionary<ObjectKey, string> _deleted = [];
    private readonly EntityIndex<TEntity> _index;
    private readonly List<Action<StoreChange<TEntity>>> _subscribers = [];

    private ulong _reached;

    public EntityStore(IReadOnlyDictionary<string, Func<TEntity, IEnumerable<string>>> indexes) => _index = new EntityIndex<TEntity>(
        _objects,
        new Dictionary<string, Func<TEntity, IEnumerable<string>>>(indexes, StringComparer.Ordinal)
        {
            [OwnerIndex] = static e => OwnerUid(e),
            [NamespaceIndex] = static e => e.Namespace() is { } ns ? [ns] : [],
        });

    public bool HasSynced { get; private set; }

    /// <summary>Called once the first state is complete.</summary>
    public Action? OnSynced { get; set; }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _objects.Count;
            }
        }
    }

    /// <summary>From now on told of every change; first of what is there already.</summary>
    public void Subscribe(Action<StoreChange<TEntity>> subscriber)
    {
        lock (_lock)
        {
            foreach (var entity in _objects.Values)
            {
                subscriber(new StoreChange<TEntity>(ObjectKey.Of(entity), null, entity, IsInitial: true));
            }

            _subscribers.Add(subscriber);
        }
    }

    public TEntity? Get(string? ns, string name)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault(new ObjectKey(ns, name));
        }
    }

    public IReadOnlyList<TEntity> List(string? ns = null)
    {
        if (ns is not null)
        {
            return ByIndex(NamespaceIndex, ns);
        }

        lock (_lock)
        {
            return Sorted(_objects.Values);
        }
    }

    public IReadOnlyList<TEntity> ByIndex(string index, string value)
    {
        lock (_lock)
        {
            return Sorted(_index.Find(index, value).Select(key => _objects[key]));
        }
    }

    public IReadOnlyList<TEntity> OwnedBy(string ownerUid) => ByIndex(OwnerIndex, ownerUid);

    /// <summary>An object as the watch reports it.</summary>
    public void Apply(TEntity entity)
    {
        lock (_lock)
        {
            Put(entity);
        }
    }

    /// <summary>The answer to a write of ours. It may come later than what the watch has to say about it.</summary>
    public void ApplyWritten(TEntity entity)
    {
        lock (_lock)
        {
            // The watch is past this version already and the object is not there: it has gone since, and nobody would say so again.
            var isOver = VersionOf(entity) <= _reached && !_objects.ContainsKey(ObjectKey.Of(entity));
            if (!isOver)
            {
                Put(entity);
            }
        }
    }

    /// <summary>The watch has told everything up to this version.</summary>
    public void Reach(ulong version)
    {
        lock (_lock)
        {
            _reached = version;
        }
    }

    /// <summary>The watch reports that an object is gone.</summary>
    public void Remove(TEntity last)
    {
        lock (_lock)
        {
            var key = ObjectKey.Of(last);
            if (_deleted.GetValueOrDefault(key) == last.Uid())
            {
                _deleted.Remove(key);
            }

            if (_objects.TryGetValue(key, out var known) && !IsNewer(known, last))
            {
                Drop(key, known);
            }
        }
    }

    /// <summary>Our own delete was answered: the object is gone, though the watch may still report older states of it.</summary>
    public void RemoveWritten(ObjectKey key, string? uid)
    {
        lock (_lock)
        {
            if (_objects.TryGetValue(key, out var known) && (uid is null || known.Uid() == uid))
            {
                _deleted[key] = known.Uid();
                Drop(key, known);
            }
        }
    }

    /// <summary>Everything there is, as of one version. What is known and not in it is gone.</summary>
    /// <param name="entities">The objects.</param>
    /// <param name="version">Version of the list; null when the server's versions are no numbers.</param>
    /// <param name="hasGoneBack">The storage is older than what was seen before (restored from a backup): the list counts, whatever is known.</param>
    public void Replace(IReadOnlyCollection<TEntity> entities, ulong? version, bool hasGoneBack)
    {
        lock (_lock)
        {
            _deleted.Clear();
            var seen = entities.Select(static e => ObjectKey.Of(e)).ToHashSet();
            foreach (var (key, known) in _objects.Where(o => !seen.Contains(o.Key)).ToList())
            {
                var writtenLater = !hasGoneBack && version is { } made && VersionOf(known) > made;
                if (!writtenLater)
                {
                    Drop(key, known);
                }
            }

            foreach (var entity in entities)
            {
                if (hasGoneBack && _objects.TryGetValue(ObjectKey.Of(entity), out var known) && known.ResourceVersion() != entity.ResourceVersion())
                {
                    Set(ObjectKey.Of(entity), known, entity);
                }
                else
                {
                    Put(entity);
                }
            }

            _reached = version ?? _reached;
            HasSynced = true;
        }

        OnSynced?.Invoke();
    }

    private static IEnumerable<string> OwnerUid(TEntity entity) => entity.GetController()?.Uid is { } uid ? [uid] : [];

    private static ulong? VersionOf(TEntity entity) => ModelExtensions.ParseResourceVersion(entity.Metadata.ResourceVersion);

    private static bool IsNewer(TEntity known, TEntity other) => VersionOf(known) is { } a && VersionOf(other) is { } b && a > b;

    private static List<TEntity> Sorted(IEnumerable<TEntity> entities)
    {
        var list = entities.ToList();
        list.Sort(static (a, b) =>
            string.CompareOrdinal(a.Namespace(), b.Namespace()) is var order and not 0 ? order : string.CompareOrdinal(a.Name(), b.Name()));
        return list;
    }

    private void Put(TEntity entity)
    {
        var key = ObjectKey.Of(entity);
        if (_deleted.GetValueOrDefault(key) == entity.Uid())
        {
            return;
        }

        var known = _objects.GetValueOrDefault(key);
        if (known is null || (known.ResourceVersion() != entity.ResourceVersion() && !IsNewer(known, entity)))
        {
            Set(key, known, entity);
        }
    }

    private void Set(ObjectKey key, TEntity? before, TEntity after)
    {
        _objects[key] = after;
        _index.Change(key, before, after);
        Tell(new StoreChange<TEntity>(key, before, after, IsInitial: !HasSynced));
    }

    private void Drop(ObjectKey key, TEntity known)
    {
        _objects.Remove(key);
        _index.Change(key, known, null);
        Tell(new StoreChange<TEntity>(key, known, null, IsInitial: false));
    }

    private void Tell(StoreChange<TEntity> change)
    {
        foreach (var subscriber in _subscribers)
        {
            subscriber(change);
        }
    }
}

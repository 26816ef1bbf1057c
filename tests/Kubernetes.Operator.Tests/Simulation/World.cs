using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Client.Serialization;
using Todo.Operator.Tests.Simulation.Time;

namespace Kubernetes.Operator.Tests.Simulation;

/// <summary>The objects of an API server, with one counter of versions for all of them. What is handed out and taken in are copies.</summary>
internal sealed class World(VirtualClock clock)
{
    private static readonly KubernetesJson Json = KubernetesJson.Default;

    private readonly SortedDictionary<(string Kind, string Name), IKubernetesObject> _objects = [];
    private readonly List<WorldChange> _history = [];
    private ulong _uids;
    private ulong _forgotten;

    public event Action<WorldChange>? Committed;

    public ulong Version { get; private set; } = 1;

    /// <summary>All that was ever written, Leases included: two runs that are the same have the same.</summary>
    public List<string> Journal { get; } = [];

    /// <summary>Writes of operators, without those that keep a Lease.</summary>
    public int OperatorWrites { get; set; }

    public TEntity? Find<TEntity>(string name) where TEntity : class, IKubernetesObject =>
        _objects.TryGetValue((Kind<TEntity>(), name), out var found) ? Json.Copy((TEntity)found) : null;

    public IReadOnlyList<TEntity> List<TEntity>() where TEntity : class, IKubernetesObject => [.. _objects.Values.OfType<TEntity>().Select(Json.Copy)];

    /// <summary>The changes after a version; null when they are forgotten.</summary>
    public IReadOnlyList<WorldChange>? After<TEntity>(ulong version) where TEntity : IKubernetesObject =>
        version < _forgotten ? null : [.. _history.Where(c => c.Version > version && c.Object is TEntity)];

    public TEntity Create<TEntity>(TEntity entity) where TEntity : class, IKubernetesObject
    {
        if (Find<TEntity>(entity.Name()) is not null)
        {
            throw Refusal(409, "AlreadyExists");
        }

        var added = Json.Copy(entity);
        added.Metadata.Uid = $"uid-{++_uids}";
        var stored = Store(WatchEventType.Added, added);
        CollectSoon();
        return stored;
    }

    /// <summary>Replaces what is there, if it is still at the version that is meant.</summary>
    public TEntity Replace<TEntity>(TEntity entity) where TEntity : class, IKubernetesObject
    {
        var live = Find<TEntity>(entity.Name()) ?? throw Refusal(404, "NotFound");
        if (entity.Metadata.ResourceVersion is { } version && version != live.ResourceVersion())
        {
            throw Refusal(409, "Conflict");
        }

        var changed = Json.Copy(entity);
        (changed.Metadata.Uid, changed.Metadata.ResourceVersion) = (live.Metadata.Uid, live.Metadata.ResourceVersion);
        return Json.ToBytes(changed).AsSpan().SequenceEqual(Json.ToBytes(live)) ? live : Store(WatchEventType.Modified, changed);
    }

    public bool Delete<TEntity>(string name, string? uid = null) where TEntity : class, IKubernetesObject
    {
        if (Find<TEntity>(name) is not { } live)
        {
            return false;
        }

        if (uid is not null && uid != live.Uid())
        {
            throw Refusal(409, "Conflict");
        }

        Store(WatchEventType.Deleted, live);
        CollectSoon();
        return true;
    }

    /// <summary>The history is forgotten: a watch that resumes at an older version is refused.</summary>
    public void Compact()
    {
        _forgotten = Version;
        _history.Clear();
    }

    public static KubernetesException Refusal(int code, string reason, TimeSpan? retryAfter = null) =>
        new(new V1Status { Code = code, Reason = reason, Message = $"simulated {code}" }, retryAfter);

    // The garbage collector comes a moment later. It takes what belongs to nobody, whether the owner went after it was made or before: somebody who had
    // not heard of the owner's end may have made it.
    private void CollectSoon() => clock.After(TimeSpan.FromSeconds(1), () =>
    {
        var wishes = List<V1Wish>().Select(static w => w.Uid()).ToHashSet();
        foreach (var orphan in List<V1Deed>().Where(d => d.GetController() is { } owner && !wishes.Contains(owner.Uid!)))
        {
            Delete<V1Deed>(orphan.Name());
        }
    });

    private static string Kind<TEntity>() where TEntity : IKubernetesObject => KubernetesEntityDefinition.Of<TEntity>().Kind;

    private TEntity Store<TEntity>(WatchEventType what, TEntity entity) where TEntity : class, IKubernetesObject
    {
        entity.Metadata.ResourceVersion = $"{++Version}";
        var key = (Kind<TEntity>(), entity.Name());
        if (what == WatchEventType.Deleted)
        {
            _objects.Remove(key);
        }
        else
        {
            _objects[key] = entity;
        }

        var change = new WorldChange(Version, what, entity);
        _history.Add(change);
        Journal.Add($"{clock.Now:O} {what} {key} {entity.Uid()}@{Version}");
        Committed?.Invoke(change);
        return Json.Copy(entity);
    }
}

internal sealed record WorldChange(ulong Version, WatchEventType What, IKubernetesObject Object);

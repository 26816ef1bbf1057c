using System.Globalization;
using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Requests;
using Todo.Operator.Tests.Simulation.Nodes;
using Todo.Operator.Tests.Simulation.Time;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.ControlPlane;

/// <summary>
/// The objects of the cluster, with one version counter for all. A stored object is never changed: each write stores another one.
/// </summary>
internal sealed class ObjectStore(VirtualClock clock, Weather weather)
{
    private readonly Dictionary<string, SortedDictionary<string, JsonObject>> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Change>> _history = new(StringComparer.Ordinal);
    private long _uids;

    /// <summary>Told of each change after it was stored.</summary>
    public event Action<Change>? Committed;

    public long Version { get; private set; } = 1;

    /// <summary>What is stored now was sent by a leader before another one took over.</summary>
    public bool IsLate { get; set; }

    public JsonObject? Find(KubernetesEntityDefinition type, string? ns, string name) => Table(type).GetValueOrDefault(Key(ns, name));

    public IEnumerable<JsonObject> List(KubernetesEntityDefinition type, string? ns = null) =>
        Table(type).Values.Where(o => ns is null || o.Namespace() == ns);

    public IEnumerable<Change> After(KubernetesEntityDefinition type, long version) =>
        _history.TryGetValue(type.QualifiedName, out var changes) ? changes.SkipWhile(c => c.Version <= version) : [];

    public JsonObject Create(KubernetesEntityDefinition type, JsonObject value, string manager)
    {
        if (Find(type, value.Namespace(), value.Name()) is not null)
        {
            throw Refusals.AlreadyExists(type, value.Name());
        }

        var added = value.Copy();
        added.Metadata()["managedFields"] = new JsonArray(OwnedFields.Entry(manager, "Update", type.ApiVersion, null, OwnedFields.Of(added)));
        return Add(type, added);
    }

    /// <summary>Changes an object; a change that changes nothing is not stored.</summary>
    /// <param name="change">Gets a copy and returns what it shall become; may refuse by throwing.</param>
    /// <param name="subresource">The part that the write may touch: without it, never status.</param>
    public JsonObject Change(KubernetesEntityDefinition type, string? ns, string name, Func<JsonObject, JsonObject> change, string? subresource = null)
    {
        var before = Find(type, ns, name) ?? throw Refusals.NotFound(type, name);
        var after = change(before.Copy());
        KeepServerOwned(before, after);
        if (subresource is null && before["status"] is { } status && !ReferenceEquals(status, after["status"]))
        {
            after["status"] = status.DeepClone();
        }

        if (JsonNode.DeepEquals(before, after))
        {
            return before;
        }

        if (!JsonNode.DeepEquals(before["spec"], after["spec"]))
        {
            after.Metadata()["generation"] = before.Generation() + 1;
        }

        return after.IsDeleting() && after.Metadata()["finalizers"] is not JsonArray { Count: > 0 } && type.Kind != "Pod"
            ? Remove(type, before, after)
            : Put(type, WatchEventType.Modified, before, after);
    }

    /// <summary>Takes over the objects of another store, at their versions.</summary>
    public void Restore(ObjectStore other)
    {
        (Version, _uids) = (other.Version, other._uids);
        foreach (var (type, objects) in other._objects)
        {
            _objects[type] = new SortedDictionary<string, JsonObject>(objects.ToDictionary(o => o.Key, o => o.Value.Copy()), StringComparer.Ordinal);
        }
    }

    /// <summary>Server-side apply.</summary>
    public JsonObject Apply(KubernetesEntityDefinition type, JsonObject config, ApplyOptions options)
    {
        var before = Find(type, config.Namespace(), config.Name());
        if (before is not null)
        {
            return Change(type, config.Namespace(), config.Name(), live => ServerSideApply.Merge(type, live, config, options), options.Subresource);
        }

        if (options.Subresource is not null)
        {
            throw Refusals.NotFound(type, config.Name());
        }

        if (options.ResourceVersion is not null)
        {
            throw Refusals.Conflict(type, config.Name(), "the object does not exist");
        }

        if (type == weather.Refused && Sidecars.IsOver(config.Name(), Broker.Redis))
        {
            throw Refusals.Make(403, "Forbidden", $"admission webhook denied the request for {type.Kind} {config.Name()}");
        }

        var added = config.Copy();
        added.Metadata()["managedFields"] = new JsonArray(OwnedFields.Entry(options.FieldManager, "Apply", type.ApiVersion, null, OwnedFields.Of(config)));
        return Add(type, added);
    }

    /// <summary>Deletes, or marks as deleted what has finalizers (and pods, which end by themselves). Null when there is nothing to delete.</summary>
    public (JsonObject Last, bool Gone)? Delete(KubernetesEntityDefinition type, string? ns, string name, DeleteOptions options, bool now = false)
    {
        if (Find(type, ns, name) is not { } before)
        {
            return null;
        }

        if ((options.Uid is { } uid && uid != before.Uid()) || (options.ResourceVersion is { } version && version != before.Version()))
        {
            throw Refusals.Conflict(type, name, "the precondition does not hold");
        }

        if (!now && (before.Metadata()["finalizers"] is JsonArray { Count: > 0 } || type.Kind == "Pod"))
        {
            return before.IsDeleting()
                ? (before, false)
                : (Put(type, WatchEventType.Modified, before, before.Copy().Marked(Stamp()).WithGeneration(before.Generation() + 1)), false);
        }

        return (Remove(type, before, before.Copy()), true);
    }

    public string Stamp() => clock.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Key(string? ns, string name) => $"{ns}/{name}";

    private static void KeepServerOwned(JsonObject before, JsonObject after)
    {
        foreach (var field in (ReadOnlySpan<string>)["uid", "creationTimestamp", "deletionTimestamp", "generation", "resourceVersion"])
        {
            after.Metadata().Remove(field);
            if (before.Metadata()[field] is { } value)
            {
                after.Metadata()[field] = value.DeepClone();
            }
        }
    }

    private JsonObject Add(KubernetesEntityDefinition type, JsonObject value)
    {
        var metadata = value.Metadata();
        metadata["uid"] = $"uid-{++_uids}";
        metadata["creationTimestamp"] = Stamp();
        metadata["generation"] = 1;
        value["apiVersion"] = type.ApiVersion;
        value["kind"] = type.Kind;
        return Put(type, WatchEventType.Added, null, value);
    }

    private JsonObject Put(KubernetesEntityDefinition type, WatchEventType what, JsonObject? before, JsonObject after)
    {
        after.Metadata()["resourceVersion"] = $"{++Version}";
        Table(type)[Key(after.Namespace(), after.Name())] = after;
        return Note(new Change(type, Version, what, after, before));
    }

    private JsonObject Remove(KubernetesEntityDefinition type, JsonObject before, JsonObject last)
    {
        last.Metadata()["resourceVersion"] = $"{++Version}";
        Table(type).Remove(Key(last.Namespace(), last.Name()));
        return Note(new Change(type, Version, WatchEventType.Deleted, last, before));
    }

    private JsonObject Note(Change change)
    {
        if (!_history.TryGetValue(change.Type.QualifiedName, out var changes))
        {
            _history[change.Type.QualifiedName] = changes = [];
        }

        changes.Add(change);
        Committed?.Invoke(change);
        return change.Object;
    }

    private SortedDictionary<string, JsonObject> Table(KubernetesEntityDefinition type)
    {
        if (!_objects.TryGetValue(type.QualifiedName, out var table))
        {
            _objects[type.QualifiedName] = table = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        }

        return table;
    }
}

/// <summary>One stored change.</summary>
internal sealed record Change(KubernetesEntityDefinition Type, long Version, WatchEventType What, JsonObject Object, JsonObject? Before);

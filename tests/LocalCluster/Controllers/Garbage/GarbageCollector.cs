using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Controllers.Runtime;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Controllers.Garbage;

/// <summary>
/// Deletes what has lost all its owners, and carries out the deletes that wait for dependents (<c>foregroundDeletion</c>) or leave
/// them behind (<c>orphan</c>). Custom resources are watched as their definitions come and go.
/// </summary>
internal sealed partial class GarbageCollector(IClusterApi api, TimeProvider time, ILogger logger) : IDisposable
{
    private const string Manager = "garbage-collector";
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";

    private readonly OwnerGraph _graph = new();
    private readonly WorkQueue<Node> _queue = new(time);
    private readonly ConcurrentDictionary<(string ApiVersion, string Kind), ResourceType> _types = new();
    private readonly ConcurrentDictionary<ResourceType, CancellationTokenSource> _custom = new();
    private CancellationToken _stopping;

    /// <summary>Listens to all built-in resources and to the definitions of custom ones.</summary>
    public void Connect(InformerSet informers, CancellationToken stopping)
    {
        _stopping = stopping;
        foreach (var type in ServedTypes.BuiltIn)
        {
            _types[(type.ApiVersion, type.Kind)] = type;
            informers.For(type).Listen(OnChange);
        }

        _types[("v1", "Namespace")] = ResourceTypes.Namespaces;
        _types[("v1", "Node")] = ResourceTypes.Nodes;
        informers.For(ResourceTypes.CustomResourceDefinitions).Listen(OnDefinition);
    }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var node = await _queue.TakeAsync(cancellationToken);
                Visit(node);
                _queue.Done(node);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Dispose();
        foreach (var source in _custom.Values)
        {
            source.Cancel();
            source.Dispose();
        }
    }

    private void OnDefinition(ObjectChange change)
    {
        if (ServedTypes.Of(change.Latest) is not { } type)
        {
            return;
        }

        if (change.New is null)
        {
            _types.TryRemove((type.ApiVersion, type.Kind), out _);
            if (_custom.TryRemove(type, out var running))
            {
                running.Cancel();
                running.Dispose();
            }
        }
        else if (!_custom.ContainsKey(type))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
            _custom[type] = stop;
            _types[(type.ApiVersion, type.Kind)] = type;
            var informer = new Informer(api, type, time, logger);
            informer.Listen(OnChange);
            _ = Task.Run(() => informer.RunAsync(stop.Token), stop.Token);
        }
    }

    private void OnChange(ObjectChange change)
    {
        _graph.Apply(change);
        var latest = change.Latest;
        if (change.New is null)
        {
            foreach (var dependent in _graph.Dependents(latest.Uid()))
            {
                _queue.Add(dependent);
            }
        }
        else if (latest.IsTerminating() || latest.At("metadata", "ownerReferences") is JsonArray { Count: > 0 })
        {
            _queue.Add(new Node(change.Type, change.Key, latest.Uid()));
        }

        // An owner may wait for this one to go, or to name it no more.
        foreach (var owner in OwnerGraph.OwnerUids(latest).Union(change.Old is { } old ? OwnerGraph.OwnerUids(old) : []))
        {
            if (_graph.Find(owner) is { } waiting)
            {
                _queue.Add(waiting);
            }
        }
    }

    private void Visit(Node node)
    {
        try
        {
            Collect(node);
            _queue.Forget(node);
        }
        catch (ApiException e) when (e.Reason is "Conflict" or "NotFound")
        {
            _queue.Retry(node);
        }
        catch (Exception e)
        {
            LogFailed(e, node);
            _queue.Retry(node);
        }
    }

    private void Collect(Node node)
    {
        if (Read(node) is not { } value)
        {
            return;
        }

        if (value.IsTerminating())
        {
            var finalizers = value.Strings("metadata", "finalizers").ToHashSet(StringComparer.Ordinal);
            if (finalizers.Contains(Orphan))
            {
                ReleaseDependents(node, value);
            }
            else if (finalizers.Contains(Foreground))
            {
                DeleteDependents(node, value);
            }

            return;
        }

        DeleteWhenAbandoned(node, value);
    }

    private void DeleteWhenAbandoned(Node node, JsonObject value)
    {
        var solid = 0;
        var waiting = new List<string>();
        var gone = new List<string>();
        foreach (var reference in value.Items("metadata", "ownerReferences"))
        {
            var type = _types.GetValueOrDefault((reference.Text("apiVersion") ?? "", reference.Text("kind") ?? ""));
            if (type is null)
            {
                // A resource that is not served (any more): nothing can be said about the owner.
                return;
            }

            var uid = reference.Text("uid") ?? "";
            var owner = Read(new Node(type, new ObjectKey(type.Namespaced ? node.Key.Namespace : "", reference.Text("name") ?? ""), uid));
            if (owner is null)
            {
                gone.Add(uid);
            }
            else if (owner.IsTerminating() && owner.Strings("metadata", "finalizers").Contains(Foreground, StringComparer.Ordinal))
            {
                waiting.Add(uid);
            }
            else
            {
                solid++;
            }
        }

        if (solid > 0 && gone.Count + waiting.Count > 0)
        {
            foreach (var uid in gone.Concat(waiting))
            {
                Owners.Release(value, uid);
            }

            api.Update(node.Type, value, Manager);
        }
        else if (solid == 0 && gone.Count + waiting.Count > 0)
        {
            var policy = waiting.Count > 0 && _graph.Dependents(node.Uid).Count > 0 ? "Foreground" : "Background";
            api.Delete(node.Type, node.Key.NamespaceOrNull, node.Key.Name, new DeleteRequest(PropagationPolicy: policy, Uid: node.Uid));
        }
    }

    private void DeleteDependents(Node node, JsonObject value)
    {
        var blocked = false;
        foreach (var dependent in _graph.Dependents(node.Uid))
        {
            if (Read(dependent) is not { } child || child.Items("metadata", "ownerReferences").FirstOrDefault(o => o.Text("uid") == node.Uid) is not { } reference)
            {
                continue;
            }

            blocked |= reference.Flag("blockOwnerDeletion");
            if (!child.IsTerminating())
            {
                DeleteWhenAbandoned(dependent, child);
            }
        }

        if (!blocked)
        {
            RemoveFinalizer(node, value, Foreground);
        }
        else if (_graph.Dependents(node.Uid).All(dependent => Read(dependent) is null))
        {
            // All went while this was looking.
            _queue.Add(node);
        }
    }

    private void ReleaseDependents(Node node, JsonObject value)
    {
        foreach (var dependent in _graph.Dependents(node.Uid))
        {
            if (Read(dependent) is { } child)
            {
                Owners.Release(child, node.Uid);
                api.Update(dependent.Type, child, Manager);
            }
        }

        RemoveFinalizer(node, value, Orphan);
    }

    private void RemoveFinalizer(Node node, JsonObject value, string finalizer)
    {
        value.Child("metadata")["finalizers"] = new JsonArray([.. value.Strings("metadata", "finalizers").Where(name => name != finalizer).Select(name => (JsonNode)name)]);
        api.Update(node.Type, value, Manager);
    }

    private JsonObject? Read(Node node) =>
        api.Get(node.Type, node.Key.NamespaceOrNull, node.Key.Name) is { } value && value.Uid() == node.Uid ? value : null;

    [LoggerMessage(Level = LogLevel.Error, Message = "Garbage collection failed on {Node}; it is tried again")]
    private partial void LogFailed(Exception exception, Node node);
}

using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Controllers.Runtime;

namespace LocalCluster.Controllers.Garbage;

/// <summary>An object of any resource.</summary>
internal readonly record struct Node(ResourceType Type, ObjectKey Key, string Uid);

/// <summary>Who owns whom, by uid, as the watches tell it. Used to find whom to look at; decisions are made from the store.</summary>
internal sealed class OwnerGraph
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Node>> _dependents = new(StringComparer.Ordinal);

    /// <summary>Takes in a change.</summary>
    public void Apply(ObjectChange change)
    {
        lock (_lock)
        {
            if (change.Old is { } old)
            {
                var node = new Node(change.Type, change.Key, old.Uid());
                _nodes.Remove(old.Uid());
                foreach (var owner in OwnerUids(old))
                {
                    if (_dependents.TryGetValue(owner, out var set) && set.Remove(node) && set.Count == 0)
                    {
                        _dependents.Remove(owner);
                    }
                }
            }

            if (change.New is { } value)
            {
                var node = new Node(change.Type, change.Key, value.Uid());
                _nodes[value.Uid()] = node;
                foreach (var owner in OwnerUids(value))
                {
                    if (!_dependents.TryGetValue(owner, out var set))
                    {
                        _dependents[owner] = set = [];
                    }

                    set.Add(node);
                }
            }
        }
    }

    /// <summary>The object with this uid, if it is known.</summary>
    public Node? Find(string uid)
    {
        lock (_lock)
        {
            return _nodes.TryGetValue(uid, out var node) ? node : null;
        }
    }

    /// <summary>The objects owned by this uid.</summary>
    public IReadOnlyList<Node> Dependents(string uid)
    {
        lock (_lock)
        {
            return _dependents.TryGetValue(uid, out var set) ? [.. set] : [];
        }
    }

    /// <summary>The uids of an object's owners.</summary>
    public static IEnumerable<string> OwnerUids(JsonObject value) =>
        value.Items("metadata", "ownerReferences").Select(owner => owner.Text("uid")).OfType<string>();
}

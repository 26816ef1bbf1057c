using Kubernetes.Client.Requests;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Nodes;

namespace Todo.Operator.Tests.Simulation.Runs;

/// <summary>
/// How often each object was created, deleted and changed. One thing is not counted: what a request creates that an old leader sent before another one took over, if it is deleted
/// again. Kubernetes has no precondition for the creation of what does not exist, so this can only be put right, and has to be.
/// </summary>
internal sealed class Census
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _late = new(StringComparer.Ordinal);
    private readonly ObjectStore _store;

    public Census(ObjectStore store)
    {
        _store = store;
        store.Committed += Count;
    }

    public IReadOnlyDictionary<string, int> Counts => _counts;

    private void Count(Change change)
    {
        var what = change.What switch
        {
            WatchEventType.Added => "created",
            WatchEventType.Deleted => "deleted",
            _ when change.Before!.Generation() != change.Object.Generation() => "changed",
            _ => null,
        };
        if (what is null || !(change.Type == Kinds.Deployment || Kinds.Dapr.Contains(change.Type)))
        {
            return;
        }

        if (what == "created" && _store.IsLate)
        {
            _late.Add(change.Object.Uid());
        }

        if (what == "deleted" && _late.Remove(change.Object.Uid()))
        {
            Add($"{change.Type.Kind} {change.Object.Name()} created", -1);
            return;
        }

        Add($"{change.Type.Kind} {change.Object.Name()} {what}", 1);
    }

    private void Add(string what, int times)
    {
        if ((_counts[what] = _counts.GetValueOrDefault(what) + times) == 0)
        {
            _counts.Remove(what);
        }
    }
}

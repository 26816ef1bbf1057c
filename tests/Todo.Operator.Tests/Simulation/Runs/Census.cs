using Kubernetes.Client.Requests;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Nodes;

namespace Todo.Operator.Tests.Simulation.Runs;

/// <summary>How often each object was created, deleted and changed.</summary>
internal sealed class Census
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public Census(ObjectStore store) => store.Committed += Count;

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
        if (what is not null && (change.Type == Kinds.Deployment || Kinds.Dapr.Contains(change.Type)))
        {
            var key = $"{change.Type.Kind} {change.Object.Name()} {what}";
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }
    }
}

using System.Text.Json.Nodes;
using Kubernetes.Client.Requests;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Time;

namespace Todo.Operator.Tests.Simulation.Nodes;

/// <summary>What belonged to an object that is gone goes too, and what is made for an owner that no longer exists.</summary>
internal sealed class GarbageCollector
{
    private readonly ObjectStore _store;
    private readonly VirtualClock _clock;

    public GarbageCollector(ObjectStore store, VirtualClock clock)
    {
        (_store, _clock) = (store, clock);
        store.Committed += change =>
        {
            if ((change.Type == Kinds.Platform && change.What == WatchEventType.Deleted) || Owners(change.Object).Any())
            {
                _clock.After(TimeSpan.FromMilliseconds(20), Collect);
            }
        };
    }

    private void Collect()
    {
        var owners = _store.List(Kinds.Platform).Select(p => p.Uid()).ToHashSet(StringComparer.Ordinal);
        foreach (var type in Kinds.Dapr)
        {
            foreach (var orphan in _store.List(type).Where(o => Owners(o).Any() && !Owners(o).Any(owners.Contains)).ToList())
            {
                _store.Delete(type, orphan.Namespace(), orphan.Name(), new DeleteOptions());
            }
        }
    }

    private static IEnumerable<string> Owners(JsonObject value) =>
        (value.Metadata()["ownerReferences"] as JsonArray ?? []).Where(o => o.Text("kind") == "TodoPlatform").Select(o => o.Text("uid")!);
}

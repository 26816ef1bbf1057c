using Kubernetes.Client.Models;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Queue;
using Kubernetes.SampleOperator;

namespace Kubernetes.Operator.Tests.Controllers;

/// <summary>Which changes wake which objects.</summary>
public sealed class EventSourcesTests : IDisposable
{
    private readonly ReconcileQueue<ObjectKey> _queue = new(TimeProvider.System, new FailureBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_predicate_is_asked_for_changes_and_never_for_an_end()
    {
        var store = new EntityStore<V1Gadget>(new Dictionary<string, Func<V1Gadget, IEnumerable<string>>>());
        EventSources.Primary(store, _queue, static (before, after) => before?.Spec.Size != after.Spec.Size);
        store.Apply(Gadget("1", size: 1));
        Assert.Equal(["g"], await WokenAsync());
        store.Apply(Gadget("2", size: 1));
        Assert.Empty(await WokenAsync());
        store.Apply(Gadget("3", size: 2));
        Assert.Equal(["g"], await WokenAsync());

        var deleting = Gadget("4", size: 2);
        deleting.Metadata.DeletionTimestamp = DateTimeOffset.UnixEpoch;
        store.Apply(deleting);
        Assert.Equal(["g"], await WokenAsync());
        store.Remove(Gadget("5", size: 2));
        Assert.Equal(["g"], await WokenAsync());
    }

    [Fact]
    public void The_managing_owner_is_woken_and_only_if_it_is_one_of_ours()
    {
        var map = Assert.Single(new ControllerBuilder<V1Gadget>().Owns<V1ConfigMap>().Watching).Map;
        Assert.Equal([new ObjectKey("default", "g")], map(Owned("tests.todo.io/v1", "Gadget", isController: true)));
        Assert.Equal([new ObjectKey("default", "g")], map(Owned("tests.todo.io/v2", "Gadget", isController: true)));
        Assert.Empty(map(Owned("tests.todo.io/v1", "Gadget", isController: false)));
        Assert.Empty(map(Owned("other.io/v1", "Gadget", isController: true)));
        Assert.Empty(map(Owned("tests.todo.io/v1", "Other", isController: true)));
    }

    [Fact]
    public void A_label_wakes_the_object_that_it_names()
    {
        var map = Assert.Single(new ControllerBuilder<V1Gadget>().WatchesByLabel<V1ConfigMap>("gadget").Watching).Map;
        Assert.Equal([new ObjectKey("default", "g")], map(new V1ConfigMap { Metadata = Meta("m", labels: new() { ["gadget"] = "g" }) }));
        Assert.Empty(map(new V1ConfigMap { Metadata = Meta("m") }));
    }

    private static V1ObjectMeta Meta(string name, string version = "1", Dictionary<string, string>? labels = null) =>
        new() { Name = name, NamespaceProperty = "default", Uid = $"uid-{name}", ResourceVersion = version, Labels = labels };

    private static V1Gadget Gadget(string version, int size) => new() { Metadata = Meta("g", version), Spec = new GadgetSpec { Size = size } };

    private static V1ConfigMap Owned(string apiVersion, string kind, bool isController)
    {
        var meta = Meta("m");
        meta.OwnerReferences = [new V1OwnerReference { ApiVersion = apiVersion, Kind = kind, Name = "g", Uid = "uid-g", Controller = isController }];
        return new V1ConfigMap { Metadata = meta };
    }

    private async Task<List<string>> WokenAsync()
    {
        var woken = new List<string>();
        while (_queue.Depth > 0)
        {
            var (_, key) = await _queue.TakeAsync(CancellationToken.None);
            _queue.Done(key);
            woken.Add(key.Name);
        }

        return woken;
    }
}

using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Controllers;

namespace Kubernetes.Operator.Tests.Caching;

public sealed class EntityStoreTests
{
    private readonly EntityStore<V1ConfigMap> _store = new(new Dictionary<string, Func<V1ConfigMap, IEnumerable<string>>>(StringComparer.Ordinal)
    {
        ["colour"] = m => m.GetLabel("colour") is { } colour ? [colour] : [],
    });

    private readonly List<string> _told = [];

    public EntityStoreTests() => _store.Subscribe(c =>
        _told.Add($"{c.Key.Name}:{c.Before?.ResourceVersion() ?? "-"}>{c.After?.ResourceVersion() ?? "-"}{(c.IsInitial ? " initial" : "")}"));

    [Fact]
    public void What_is_not_in_a_new_list_is_gone()
    {
        _store.Replace([Map("a", 1), Map("b", 2)], 2, hasGoneBack: false);
        _store.Replace([Map("b", 2), Map("c", 5)], 5, hasGoneBack: false);
        Assert.Equal(["a:->1 initial", "b:->2 initial", "a:1>-", "c:->5"], _told);
    }

    [Fact]
    public void Our_own_write_is_seen_at_once_and_an_older_event_does_not_hide_it()
    {
        _store.Replace([Map("a", 1)], 1, hasGoneBack: false);
        _store.Apply(Map("a", 7));
        _store.Apply(Map("a", 5));
        Assert.Equal("7", _store.Get("ns", "a")!.ResourceVersion());
        _store.Apply(Map("a", 7));
        _store.Apply(Map("a", 9));
        Assert.Equal(["a:->1 initial", "a:1>7", "a:7>9"], _told);
    }

    [Fact]
    public void A_list_from_before_our_own_write_does_not_take_it_away()
    {
        _store.Replace([], 5, hasGoneBack: false);
        _store.Apply(Map("a", 9));
        _store.Replace([], 7, hasGoneBack: false);
        Assert.NotNull(_store.Get("ns", "a"));
        _store.Replace([], 10, hasGoneBack: false);
        Assert.Null(_store.Get("ns", "a"));
    }

    [Fact]
    public void What_we_have_deleted_does_not_come_back_by_a_late_event()
    {
        _store.Replace([Map("a", 1, uid: "old")], 1, hasGoneBack: false);
        _store.RemoveWritten(new ObjectKey("ns", "a"), "old");
        _store.Apply(Map("a", 2, uid: "old"));
        Assert.Null(_store.Get("ns", "a"));
        _store.Apply(Map("a", 5, uid: "new"));
        _store.Remove(Map("a", 3, uid: "old"));
        Assert.Equal("new", _store.Get("ns", "a")!.Uid());
    }

    [Fact]
    public void An_answer_that_comes_after_the_objects_end_does_not_bring_it_back()
    {
        _store.Replace([], 5, hasGoneBack: false);
        _store.ApplyWritten(Map("early", 6));
        Assert.NotNull(_store.Get("ns", "early"));

        _store.Apply(Map("a", 7));
        _store.Reach(7);
        _store.Remove(Map("a", 8));
        _store.Reach(8);
        _store.ApplyWritten(Map("a", 7));
        Assert.Null(_store.Get("ns", "a"));
        _store.ApplyWritten(Map("a", 9));
        Assert.NotNull(_store.Get("ns", "a"));
    }

    [Fact]
    public void After_a_restore_from_backup_the_list_counts()
    {
        _store.Replace([Map("a", 100), Map("b", 101)], 101, hasGoneBack: false);
        _store.Replace([Map("a", 40)], 50, hasGoneBack: true);
        Assert.Equal("40", Assert.Single(_store.List()).ResourceVersion());
    }

    [Fact]
    public void An_index_follows_the_objects()
    {
        _store.Replace([Map("a", 1, colour: "red"), Map("b", 2, colour: "red")], 2, hasGoneBack: false);
        _store.Apply(Map("a", 3, colour: "green"));
        Assert.Equal(["b"], _store.ByIndex("colour", "red").Select(m => m.Name()));
        Assert.Equal(["a"], _store.ByIndex("colour", "green").Select(m => m.Name()));
        _store.Remove(Map("a", 4));
        Assert.Empty(_store.ByIndex("colour", "green"));
        Assert.Throws<ArgumentException>(() => _store.ByIndex("size", "1"));
    }

    [Fact]
    public void The_objects_of_a_namespace_and_of_an_owner_follow_the_changes_too()
    {
        _store.Replace([Map("b", 1, ns: "one"), Map("a", 2, ns: "one"), Map("c", 3, ns: "two", owner: "o")], 3, hasGoneBack: false);
        Assert.Equal(["a", "b"], _store.List("one").Select(m => m.Name()));
        Assert.Equal(["c"], _store.OwnedBy("o").Select(m => m.Name()));
        _store.Apply(Map("d", 4, ns: "one", owner: "o"));
        _store.Remove(Map("b", 5, ns: "one"));
        _store.Apply(Map("c", 6, ns: "two"));
        Assert.Equal(["a", "d"], _store.List("one").Select(m => m.Name()));
        Assert.Equal(["c"], _store.List("two").Select(m => m.Name()));
        Assert.Equal(["d"], _store.OwnedBy("o").Select(m => m.Name()));
        Assert.Empty(_store.List("three"));
        Assert.Equal(["a", "d", "c"], _store.List().Select(m => m.Name()));
    }

    private static V1ConfigMap Map(string name, int version, string uid = "u", string? colour = null, string ns = "ns", string? owner = null) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name,
            NamespaceProperty = ns,
            Uid = uid == "u" ? $"uid-{name}" : uid,
            ResourceVersion = $"{version}",
            OwnerReferences = owner is null ? null : [new V1OwnerReference { Uid = owner, Controller = true }],
            Labels = colour is null ? null : new Dictionary<string, string> { ["colour"] = colour },
        },
    };
}

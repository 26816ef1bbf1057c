using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Ownership;
using LocalCluster.ApiServer.Schemas;

namespace LocalCluster.ApiServer.Tests.Unit;

/// <summary>Laws of field sets and of merging by them.</summary>
public sealed class OwnershipLawTests
{
    private static readonly Schema Schema = OpenApiSchemaReader.Read((JsonObject)YamlText.Parse("""
        type: object
        properties:
          a: {type: integer}
          b: {type: object, properties: {c: {type: integer}, d: {type: integer}}}
          set: {type: array, x-kubernetes-list-type: set, items: {type: integer}}
          map:
            type: array
            x-kubernetes-list-type: map
            x-kubernetes-list-map-keys: [k]
            items: {type: object, properties: {k: {type: integer}, v: {type: integer}}}
        """)!);

    private static readonly Arbitrary<string> Objects = Arb.From(
        from a in Gen.Choose(0, 3)
        from c in Gen.Choose(0, 3)
        from d in Gen.Choose(0, 3)
        from set in Gen.SubListOf(1, 2, 3)
        from keys in Gen.SubListOf(1, 2, 3)
        from v in Gen.Choose(0, 3)
        select Build(a, c, d, [.. set], [.. keys], v));

    private static readonly Config Quiet = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);

    // 0 leaves a field out.
    private static string Build(int a, int c, int d, int[] set, int[] keys, int v)
    {
        var value = new JsonObject();
        Add(value, "a", a);
        if (c + d > 0)
        {
            var b = new JsonObject();
            Add(b, "c", c);
            Add(b, "d", d);
            value["b"] = b;
        }

        if (set.Length > 0)
        {
            value["set"] = new JsonArray([.. set.Select(i => (JsonNode)i)]);
        }

        if (keys.Length > 0)
        {
            value["map"] = new JsonArray([.. keys.Select(k => (JsonNode)Item(k, v))]);
        }

        return value.ToJsonString();
    }

    private static JsonObject Item(int k, int v)
    {
        var item = new JsonObject { ["k"] = k };
        Add(item, "v", v);
        return item;
    }

    private static void Add(JsonObject value, string name, int number)
    {
        if (number > 0)
        {
            value[name] = number;
        }
    }

    private static FieldSet Set(string text) => FieldSets.Applied(JsonText.Parse(text), Schema);

    private static void Verify(Func<string, string, bool> law) => Prop.ForAll(Objects, Objects, law).Check(Quiet);

    [Fact]
    public void A_set_survives_its_text_form() =>
        Prop.ForAll(Objects, text => Set(text) is var set && (set.IsMember || FieldSetText.FromJson(FieldSetText.ToJson(set)).SetEquals(set))).Check(Quiet);

    [Fact]
    public void Union_and_difference_fit_together() => Verify((x, y) =>
    {
        var (a, b) = (Set(x), Set(y));
        return a.Subtract(b).Union(a.Intersect(b)).SetEquals(a) && a.Union(b).Subtract(b).SetEquals(a.Subtract(b)) && a.Union(b).SetEquals(b.Union(a));
    });

    [Fact]
    public void Merging_twice_is_merging_once() => Verify((x, y) =>
    {
        var once = ApplyMerge.Merge(JsonText.Parse(x), JsonText.Parse(y), Schema);
        return JsonNode.DeepEquals(once, ApplyMerge.Merge(once, JsonText.Parse(y), Schema));
    });

    [Fact]
    public void Merging_keeps_what_only_the_live_object_has_and_takes_all_of_the_configuration() => Verify((x, y) =>
    {
        var merged = ApplyMerge.Merge(JsonText.Parse(x), JsonText.Parse(y), Schema);
        var all = FieldSets.Everything(merged, Schema);
        return Set(x).Subtract(all).IsEmpty && FieldChanges.Between(ApplyMerge.Merge(merged, JsonText.Parse(y), Schema), merged, Schema).AddedOrModified.IsEmpty;
    });

    [Fact]
    public void Changes_name_exactly_what_differs() => Verify((x, y) =>
    {
        var (before, after) = (JsonText.Parse(x), JsonText.Parse(y));
        var changes = FieldChanges.Between(before, after, Schema);
        return (changes.AddedOrModified.IsEmpty && changes.Removed.IsEmpty) == JsonNode.DeepEquals(before, after);
    });

    [Fact]
    public void Giving_up_a_whole_configuration_leaves_what_others_own() => Verify((x, y) =>
    {
        var live = ApplyMerge.Merge(JsonText.Parse(x), JsonText.Parse(y), Schema)!;
        FieldRemoval.Remove(live, Schema, Set(x), FieldSet.Empty, Set(y));
        return Set(y).Subtract(FieldSets.Everything(live, Schema)).IsEmpty;
    });

    [Fact]
    public void An_order_has_every_item_once_and_the_wanted_ones_in_their_order()
    {
        var lists = Arb.From(Gen.SubListOf(1, 2, 3, 4, 5, 6).SelectMany(l => Gen.Shuffle(l.ToArray())));
        Prop.ForAll(lists, lists, (live, wanted) =>
        {
            var merged = ListOrder.Merge(live, wanted);
            return merged.Count == merged.Distinct().Count()
                && merged.ToHashSet().SetEquals(live.Union(wanted))
                && merged.Where(wanted.Contains).SequenceEqual(wanted)
                && merged.Where(i => !wanted.Contains(i)).SequenceEqual(live.Except(wanted));
        }).Check(Quiet);
    }
}

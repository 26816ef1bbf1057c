using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Reading;

/// <summary>Lists as tables, which <c>kubectl get</c> prints.</summary>
public sealed class TableTests(ClusterUnderTest cluster)
{
    private const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    [Fact]
    public async Task A_custom_resource_has_the_columns_of_its_definition()
    {
        var ns = await cluster.NamespaceAsync("table");
        await cluster.CreateAsync(Resources.Platforms, Manifests.PlatformObject(ns, "p", """{"replicas":2}"""));
        var table = (await cluster.Http.GetAsync(Resources.Platforms.CollectionPath(ns), Table)).Expect(200).Json;
        Assert.Equal(("Table", "meta.k8s.io/v1"), ((string?)table["kind"], (string?)table["apiVersion"]));
        Assert.Equal(["Name", "Phase", "Broker", "Ready", "Replicas", "Age"], table["columnDefinitions"]!.AsArray().Select(c => (string)c!["name"]!));
        Assert.Equal([0, 0, 0, 0, 1, 0], table["columnDefinitions"]!.AsArray().Select(c => (int)c!["priority"]!));
        var row = table["rows"]!.AsArray().Single()!;
        Assert.Equal(("p", null, "kafka", null, 2), ((string?)row["cells"]![0], (string?)row["cells"]![1], (string?)row["cells"]![2], (string?)row["cells"]![3], (int)row["cells"]![4]!));
        Assert.Equal(("PartialObjectMetadata", "p"), ((string?)row["object"]!["kind"], (string?)row["object"]!["metadata"]!["name"]));
        Assert.Null(row["object"]!["spec"]);
        Assert.False(string.IsNullOrEmpty((string?)table["metadata"]!["resourceVersion"]));
    }

    [Fact]
    public async Task One_object_is_a_table_of_one_row_and_its_whole_object_can_be_had()
    {
        var ns = await cluster.NamespaceAsync("table-one");
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        var table = (await cluster.Http.GetAsync(Resources.ConfigMaps.ObjectPath(ns, "a") + "?includeObject=Object", Table)).Expect(200).Json;
        var row = table["rows"]!.AsArray().Single()!;
        Assert.Equal(["Name", "Data", "Age"], table["columnDefinitions"]!.AsArray().Select(c => (string)c!["name"]!));
        Assert.Equal(("a", "1", "v"), ((string?)row["cells"]![0], row["cells"]![1]!.ToString(), (string?)row["object"]!["data"]!["k"]));
    }

    [Fact]
    public async Task A_watch_as_tables_has_a_row_per_event()
    {
        var ns = await cluster.NamespaceAsync("table-watch");
        await cluster.CreateAsync(Resources.Platforms, Manifests.PlatformObject(ns, "p"));
        using var watch = await cluster.Http.WatchAsync(Resources.Platforms.CollectionPath(ns) + "?watch=true", Table);
        var first = (await watch.NextAsync())!;
        Assert.Equal(("ADDED", "Table", "p"), ((string?)first["type"], (string?)first["object"]!["kind"], (string?)first["object"]!["rows"]![0]!["cells"]![0]));
        await cluster.Http.PatchAsync(Resources.Platforms.ObjectPath(ns, "p"), "merge", """{"spec":{"broker":"redis"}}""");
        var second = (await watch.NextAsync())!;
        Assert.Equal(("MODIFIED", "redis"), ((string?)second["type"], (string?)second["object"]!["rows"]![0]!["cells"]![2]));
    }
}

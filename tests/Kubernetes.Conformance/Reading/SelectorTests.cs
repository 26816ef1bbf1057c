using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Reading;

/// <summary>What a selector selects.</summary>
public sealed class SelectorTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task Labels_select_in_every_notation()
    {
        var ns = await cluster.NamespaceAsync("labels-select");
        foreach (var (name, app, tier) in ((string, string, string?)[])[("a", "web", "front"), ("b", "web", null), ("c", "db", "back")])
        {
            var map = Manifests.ConfigMap(ns, name);
            map["metadata"]!["labels"] = new JsonObject { ["app"] = app };
            if (tier is not null)
            {
                map["metadata"]!["labels"]!["tier"] = tier;
            }

            await cluster.CreateAsync(Resources.ConfigMaps, map);
        }

        await Selects(ns, "app=web", "a", "b");
        await Selects(ns, "app==web,tier", "a");
        await Selects(ns, "app!=web,app", "c");
        await Selects(ns, "app in (web, db),!tier", "b");
        await Selects(ns, "app,tier notin (front)", "b", "c");
        await Selects(ns, "app=web,tier!=front", "b");
        await Selects(ns, "app=nobody");
    }

    [Fact]
    public async Task Fields_select_by_name_and_namespace_and_what_a_resource_has_besides()
    {
        var ns = await cluster.NamespaceAsync("fields-select");
        await cluster.CreateAsync(Resources.Pods, Manifests.Pod(ns, "a", "n1"));
        await cluster.CreateAsync(Resources.Pods, Manifests.Pod(ns, "b", "n2"));
        await cluster.CreateAsync(Resources.Platforms, Manifests.PlatformObject(ns, "p"));
        await Found(Resources.Pods.CollectionPath(ns), "metadata.name=a", "a");
        await Found(Resources.Pods.CollectionPath(ns), "metadata.name!=a", "b");
        await Found(Resources.Pods.CollectionPath(null), $"metadata.namespace={ns},spec.nodeName=n2", "b");
        await Found(Resources.Pods.CollectionPath(ns), "status.phase!=Pending");
        await Found(Resources.Platforms.CollectionPath(ns), "metadata.name=p", "p");
        Assert.Equal("BadRequest", (await cluster.Http.GetAsync(Resources.Platforms.CollectionPath(ns) + "?fieldSelector=spec.broker%3Dkafka")).Expect(400).Reason);
    }

    private async Task Selects(string ns, string selector, params string[] names)
    {
        // Kubernetes puts a map of its own into every namespace, without labels.
        var list = (await cluster.Http.GetAsync($"/api/v1/namespaces/{ns}/configmaps?labelSelector={Uri.EscapeDataString(selector)}")).Expect(200).Json;
        Assert.Equal(names, Names(list));
    }

    private async Task Found(string path, string selector, params string[] names) =>
        Assert.Equal(names, Names((await cluster.Http.GetAsync($"{path}?fieldSelector={Uri.EscapeDataString(selector)}")).Expect(200).Json));

    private static IEnumerable<string> Names(JsonObject list) => list["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!);
}

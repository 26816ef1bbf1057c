using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Tests.Pods;
using LocalCluster.Node.Tests.Support;

namespace LocalCluster.Node.Tests.Controllers;

public sealed class GarbageTests(RunningCluster cluster)
{
    [Fact]
    public async Task What_a_deployment_owns_goes_with_it_and_its_processes_end()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web");
        var pod = await ns.ReadyPodAsync("web");
        var pid = cluster.Node.FindPid(ns.Name, pod.Name(), "app")!.Value;

        ns.Api.Delete(ResourceTypes.Deployments, ns.Name, "web", new DeleteRequest(PropagationPolicy: "Background"));

        Assert.Null(ns.Api.Get(ResourceTypes.Deployments, ns.Name, "web"));
        await Eventually.IsTrueAsync("sets gone", () => ns.Api.List(ResourceTypes.ReplicaSets, ns.Name).Items.Count == 0);
        await Eventually.IsTrueAsync("pods gone", () => ns.Pods().Count == 0);
        Assert.False(ProcessTable.IsAlive(pid));
    }

    [Fact]
    public async Task Foreground_deletion_removes_the_owner_last()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web");
        await ns.ReadyPodAsync("web");

        ns.Api.Delete(ResourceTypes.Deployments, ns.Name, "web", new DeleteRequest(PropagationPolicy: "Foreground"));

        Assert.True(ns.Deployment("web").IsTerminating());
        await Eventually.IsTrueAsync("all gone, the owner last", () =>
        {
            var gone = ns.Api.Get(ResourceTypes.Deployments, ns.Name, "web") is null;
            Assert.True(!gone || (ns.Pods().Count == 0 && ns.Api.List(ResourceTypes.ReplicaSets, ns.Name).Items.Count == 0), "the owner went first");
            return gone;
        });
    }

    [Fact]
    public async Task Orphans_live_on_and_are_adopted_by_the_next_of_the_same_selector()
    {
        await using var ns = cluster.NewNamespace();
        var deployment = ns.DeployApp("web");
        var pod = await ns.ReadyPodAsync("web");

        ns.Api.Delete(ResourceTypes.Deployments, ns.Name, "web", new DeleteRequest(PropagationPolicy: "Orphan"));
        await Eventually.IsTrueAsync("gone", () => ns.Api.Get(ResourceTypes.Deployments, ns.Name, "web") is null);
        var set = Assert.Single(ns.Api.List(ResourceTypes.ReplicaSets, ns.Name).Items);
        Assert.Null(set.Controller());

        ns.Create(ResourceTypes.Deployments, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "web" },
            ["spec"] = deployment["spec"]!.DeepClone(),
        });
        await ns.RolledOutAsync("web");
        Assert.Equal(pod.Uid(), (await ns.ReadyPodAsync("web")).Uid());
        Assert.True(ns.Api.Get(ResourceTypes.ReplicaSets, ns.Name, set.Name())!.IsControlledBy(ns.Deployment("web").Uid()));
    }

    [Fact]
    public async Task An_object_whose_owner_never_existed_is_collected_and_one_with_another_owner_kept()
    {
        await using var ns = cluster.NewNamespace();
        var owner = ns.Create(ResourceTypes.ConfigMaps, """{"metadata":{"name":"owner"} }""");
        static string Reference(string name, string uid) => $$"""{"apiVersion":"v1","kind":"ConfigMap","name":"{{name}}","uid":"{{uid}}"}""";
        ns.Create(ResourceTypes.ConfigMaps, $$"""{"metadata":{"name":"lost","ownerReferences":[{{Reference("owner", Guid.NewGuid().ToString())}}]} }""");
        ns.Create(ResourceTypes.ConfigMaps, $$"""{"metadata":{"name":"kept","ownerReferences":[{{Reference("nobody", Guid.NewGuid().ToString())}},{{Reference("owner", owner.Uid())}}]} }""");

        await Eventually.IsTrueAsync("collected", () => ns.Api.Get(ResourceTypes.ConfigMaps, ns.Name, "lost") is null);
        await Eventually.IsTrueAsync("dangling reference removed", () => ns.Api.Get(ResourceTypes.ConfigMaps, ns.Name, "kept").Items("metadata", "ownerReferences").Count() == 1);
    }

    [Fact]
    public async Task A_deleted_namespace_is_emptied_first()
    {
        await using var ns = cluster.NewNamespace();
        await Eventually.IsTrueAsync("default account", () => ns.Api.Get(ResourceTypes.ServiceAccounts, ns.Name, "default") is not null);
        ns.Create(ResourceTypes.ConfigMaps, """{"metadata":{"name":"map"} }""");
        ns.Create(ResourceTypes.Pods, ContainerLifeTests.Shell("runs", "exec sleep 1000"));
        await Eventually.IsTrueAsync("ready", () => PodFacts.IsReady(ns.Pod("runs")!));
        var pid = cluster.Node.FindPid(ns.Name, "runs", "app")!.Value;

        ns.Api.Delete(ResourceTypes.Namespaces, null, ns.Name);

        await Eventually.IsTrueAsync("gone", () => ns.Api.Get(ResourceTypes.Namespaces, null, ns.Name) is null);
        Assert.Empty(ns.Pods());
        Assert.Null(ns.Api.Get(ResourceTypes.ConfigMaps, ns.Name, "map"));
        Assert.False(ProcessTable.IsAlive(pid));
    }
}

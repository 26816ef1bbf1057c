using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Tests.Support;

namespace LocalCluster.Node.Tests.Controllers;

public sealed class KubectlRolloutTests(RunningCluster cluster)
{
    [Fact]
    public async Task Rollout_status_restart_history_and_undo()
    {
        await using var ns = cluster.NewNamespace();
        var kubectl = new Kubectl(cluster, ns.Name);
        ns.DeployApp("web");
        Assert.Contains("successfully rolled out", await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s"), StringComparison.Ordinal);
        var first = (await ns.ReadyPodAsync("web")).Label("pod-template-hash");

        await kubectl.RunAsync("rollout", "restart", "deployment/web");
        Assert.Contains("successfully rolled out", await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s"), StringComparison.Ordinal);
        var second = (await ns.ReadyPodAsync("web")).Label("pod-template-hash");
        Assert.NotEqual(first, second);

        var history = await kubectl.RunAsync("rollout", "history", "deployment/web");
        Assert.Contains("\n1 ", history, StringComparison.Ordinal);
        Assert.Contains("\n2 ", history, StringComparison.Ordinal);

        await kubectl.RunAsync("rollout", "undo", "deployment/web");
        await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        Assert.Equal(first, (await ns.ReadyPodAsync("web")).Label("pod-template-hash"));
        Assert.Equal("3", ns.Deployment("web").Annotation("deployment.kubernetes.io/revision"));

        var description = await kubectl.RunAsync("describe", "deployment", "web");
        Assert.Contains("1 desired | 1 updated | 1 total | 1 available | 0 unavailable", description, StringComparison.Ordinal);
        Assert.Contains("NewReplicaSetAvailable", description, StringComparison.Ordinal);
        Assert.Contains("ScalingReplicaSet", description, StringComparison.Ordinal);
        Assert.Contains("Scaled up replica set", description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollout_that_makes_no_progress_says_so_and_keeps_the_old_pods()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web", spec: spec => spec["progressDeadlineSeconds"] = 2);
        await ns.RolledOutAsync("web");

        ns.Change(ResourceTypes.Deployments, "web", d => d["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "test/unknown:1");

        await Eventually.IsTrueAsync("deadline exceeded", () =>
            Conditions.Find(ns.Deployment("web").At("status"), "Progressing") is { } progress
            && progress.Text("status") == "False" && progress.Text("reason") == "ProgressDeadlineExceeded");
        Assert.True(Conditions.IsTrue(ns.Deployment("web").At("status"), "Available"));
        Assert.Contains(ns.Pods("web"), pod => Sandbox.Container(pod).Text("state", "waiting", "reason") == "ImagePullBackOff");
        Assert.Contains(ns.Pods("web"), PodFacts.IsReady);
    }

    [Fact]
    public async Task Paused_deployments_scale_but_do_not_roll()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web");
        await ns.RolledOutAsync("web");
        ns.Change(ResourceTypes.Deployments, "web", d =>
        {
            d["spec"]!["paused"] = true;
            d["spec"]!["replicas"] = 2;
            d["spec"]!["template"]!.AsObject().Child("metadata").Child("annotations")["round"] = "2";
        });

        await Eventually.IsTrueAsync("scaled", () => ns.Deployment("web").Int("status", "readyReplicas") == 2);
        Assert.Single(ns.Api.List(ResourceTypes.ReplicaSets, ns.Name).Items);
        Assert.Equal("DeploymentPaused", Conditions.Find(ns.Deployment("web").At("status"), "Progressing").Text("reason"));

        ns.Change(ResourceTypes.Deployments, "web", d => d["spec"]!["paused"] = false);
        await ns.RolledOutAsync("web");
        Assert.Equal(2, ns.Api.List(ResourceTypes.ReplicaSets, ns.Name).Items.Count);
    }

    [Fact]
    public async Task Recreate_starts_nothing_before_all_old_pods_are_gone()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web", spec: spec => spec["strategy"] = new System.Text.Json.Nodes.JsonObject { ["type"] = "Recreate" });
        await ns.RolledOutAsync("web");
        var old = (await ns.ReadyPodAsync("web")).Name();

        ns.Change(ResourceTypes.Deployments, "web", d => d["spec"]!["template"]!.AsObject().Child("metadata").Child("annotations")["round"] = "2");
        await Eventually.IsTrueAsync("another pod", () =>
        {
            var names = ns.Pods().Select(pod => pod.Name()).ToList();
            Assert.True(names.Count <= 1, "two pods at one time");
            return names.Exists(name => name != old);
        });
        await ns.RolledOutAsync("web");
    }

    [Fact]
    public async Task Old_sets_beyond_the_history_limit_are_removed()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web", replicas: 0, spec: spec => spec["revisionHistoryLimit"] = 1);
        for (var round = 2; round <= 4; round++)
        {
            var revision = $"{round}";
            await ns.RolledOutAsync("web", null);
            ns.Change(ResourceTypes.Deployments, "web", d => d["spec"]!["template"]!.AsObject().Child("metadata").Child("annotations")["round"] = revision);
            await Eventually.IsTrueAsync("revision", () => ns.Deployment("web").Annotation("deployment.kubernetes.io/revision") == revision);
        }

        await Eventually.IsTrueAsync("two sets left", () => ns.Api.List(ResourceTypes.ReplicaSets, ns.Name).Items.Count == 2);
    }
}

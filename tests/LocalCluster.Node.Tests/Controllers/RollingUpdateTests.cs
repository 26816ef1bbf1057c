using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Tests.Support;

namespace LocalCluster.Node.Tests.Controllers;

public sealed class RollingUpdateTests(RunningCluster cluster)
{
    [Fact]
    public async Task A_rolling_update_under_load_fails_no_request()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web", replicas: 2);
        await ns.RolledOutAsync("web");
        await using var load = new LoadThroughService(ns.ServiceUri("web"), clients: 8);
        await Eventually.IsTrueAsync("both pods serve", () => load.Answers.Count == 2);

        ns.Change(ResourceTypes.Deployments, "web", d => d["spec"]!["template"]!.AsObject().Child("metadata").Child("annotations")["round"] = "2");
        await ns.RolledOutAsync("web");
        await Eventually.IsTrueAsync("old pods gone", () => ns.Pods().Count == 2);
        var before = load.Requests;
        await Eventually.IsTrueAsync("load goes on", () => load.Requests > before + 100);

        await load.StopAsync();
        Assert.True(load.Failures.IsEmpty, string.Join("\n---\n", load.Failures.Take(3)));
        Assert.Equal(4, load.Answers.Count);
    }

    [Fact]
    public async Task One_replica_is_replaced_quickly_and_never_missing()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web");
        await ns.RolledOutAsync("web");
        var old = (await ns.ReadyPodAsync("web")).Name();

        var clock = TimeProvider.System.GetTimestamp();
        ns.Change(ResourceTypes.Deployments, "web", d => d["spec"]!["template"]!.AsObject().Child("metadata").Child("annotations")["round"] = "2");
        await ns.RolledOutAsync("web");
        TestContext.Current.SendDiagnosticMessage($"rolled out in {TimeProvider.System.GetElapsedTime(clock).TotalMilliseconds:0} ms");

        Assert.NotEqual(old, (await ns.ReadyPodAsync("web")).Name());
        Assert.Equal("2", ns.Deployment("web").Annotation("deployment.kubernetes.io/revision"));
    }
}

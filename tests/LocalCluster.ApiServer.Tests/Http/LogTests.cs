using Kubernetes.Conformance.Support;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tests.Support;

namespace LocalCluster.ApiServer.Tests.Http;

public sealed class LogTests(ServerFixture fixture) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kubectl-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Logs_come_from_the_node()
    {
        Kubectl.SkipIfMissing();
        var ns = fixture.Namespace("logs");
        fixture.Server.WriteKubeconfig(Path.Combine(_folder, "kubeconfig"));
        var kubectl = new Kubectl(Path.Combine(_folder, "kubeconfig"), _folder);
        fixture.Api.Create(ResourceTypes.Deployments, Manifests.DeploymentObject(ns, "talker"), "tests");
        fixture.Api.Create(ResourceTypes.Pods, Manifests.Pod(ns, "talker", "node", "app", "daprd"), "tests");
        fixture.Logs.Lines["talker/app"] = ["one", "two", "three"];

        Assert.Equal("one\ntwo\nthree\n", await kubectl.RunAsync($"-n {ns} logs deploy/talker -c app"));
        Assert.Equal("three\n", await kubectl.RunAsync($"-n {ns} logs talker -c app --tail 1 -f"));
        Assert.True(fixture.Logs.Last!.Follow);
        Assert.Contains("is not valid for pod", (await kubectl.TryAsync($"-n {ns} logs talker -c nobody")).Error);
    }
}

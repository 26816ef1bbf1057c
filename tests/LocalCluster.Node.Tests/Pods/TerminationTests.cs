using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Tests.Support;

namespace LocalCluster.Node.Tests.Pods;

public sealed class TerminationTests(RunningCluster cluster)
{
    [Fact]
    public async Task The_hook_comes_first_then_sigterm_to_all_containers_at_once_then_the_object_goes()
    {
        await using var ns = cluster.NewNamespace();
        var file = Path.Combine(cluster.DataDirectory, $"{ns.Name}-order");
        var pod = ContainerLifeTests.Shell("ending", Script("app", file));
        pod["spec"]!["containers"]![0]!["lifecycle"] = JsonNode.Parse($$"""{"preStop":{"exec":{"command":["sh","-c","echo hook >> {{file}}; sleep 0.3; echo hooked >> {{file}}"]} } }""");
        var other = ContainerLifeTests.Shell("x", Script("other", file))["spec"]!["containers"]![0]!.DeepClone();
        other["name"] = "other";
        pod["spec"]!["containers"]!.AsArray().Add(other);
        ns.Create(ResourceTypes.Pods, pod);
        await Eventually.IsTrueAsync("both trap", () => File.Exists(file) && File.ReadAllLines(file).Length == 2);

        ns.Api.Delete(ResourceTypes.Pods, ns.Name, "ending");

        await Eventually.IsTrueAsync("gone", () => ns.Pod("ending") is null);
        var lines = (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken))[2..];
        Assert.Equal(["app stops", "hook", "hooked", "other stops"], lines.Order(StringComparer.Ordinal));

        // The other container has no hook and does not wait for that of the app.
        Assert.True(Array.IndexOf(lines, "other stops") < Array.IndexOf(lines, "hooked"));
        Assert.True(Array.IndexOf(lines, "hooked") < Array.IndexOf(lines, "app stops"));
    }

    [Fact]
    public async Task A_process_that_ignores_sigterm_is_killed_after_the_grace_period_with_all_its_children()
    {
        await using var ns = cluster.NewNamespace();
        var file = Path.Combine(cluster.DataDirectory, $"{ns.Name}-child");
        ns.Create(ResourceTypes.Pods, ContainerLifeTests.Shell("deaf", $"trap '' TERM; sleep 1000 & echo $! > {file}; wait; sleep 1000", grace: 1));
        await Eventually.IsTrueAsync("running", () => File.Exists(file) && new FileInfo(file).Length > 0);
        var child = int.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        var pid = cluster.Node.FindPid(ns.Name, "deaf", "app")!.Value;

        var clock = TimeProvider.System.GetTimestamp();
        ns.Api.Delete(ResourceTypes.Pods, ns.Name, "deaf");
        await Eventually.IsTrueAsync("terminating", () => ns.Pod("deaf")?.IsTerminating() ?? true);
        await Eventually.IsTrueAsync("gone", () => ns.Pod("deaf") is null);

        Assert.True(TimeProvider.System.GetElapsedTime(clock) >= TimeSpan.FromSeconds(0.95), "killed before its time");
        await Eventually.IsTrueAsync("no process left", () => !ProcessTable.IsAlive(pid) && !ProcessTable.IsAlive(child));
    }

    [Fact]
    public async Task Deleting_again_with_a_shorter_period_shortens_it()
    {
        await using var ns = cluster.NewNamespace();
        ns.Create(ResourceTypes.Pods, ContainerLifeTests.Shell("deaf", "trap '' TERM; while :; do sleep 0.1; done", grace: 600));
        await Eventually.IsTrueAsync("running", () => PodFacts.IsReady(ns.Pod("deaf")!));

        ns.Api.Delete(ResourceTypes.Pods, ns.Name, "deaf");
        await Eventually.IsTrueAsync("asked to stop", () => ns.Events("deaf", "Killing").Count > 0);
        ns.Api.Delete(ResourceTypes.Pods, ns.Name, "deaf", new DeleteRequest(GracePeriodSeconds: 1));
        await Eventually.IsTrueAsync("gone", () => ns.Pod("deaf") is null);
    }

    [Fact]
    public async Task A_terminating_pod_gets_no_new_connection_while_open_ones_live_on()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web", container: c => c["env"]!.AsArray().Add(JsonNode.Parse("""{"name":"SHUTDOWN_DELAY_MS","value":"2500"}""")));
        var old = await ns.ReadyPodAsync("web");
        using var kept = new HttpClient();
        await Eventually.IsTrueAsync("served", async () =>
        {
            try
            {
                return await kept.GetStringAsync(ns.ServiceUri("web")) == old.Name();
            }
            catch (HttpRequestException)
            {
                // A pod is ready a moment before its Service leads to it.
                return false;
            }
        });
        var pending = kept.GetStringAsync(ns.ServiceUri("web", "/slow?ms=1500"), TestContext.Current.CancellationToken);

        ns.Api.Delete(ResourceTypes.Pods, ns.Name, old.Name());
        await Eventually.IsTrueAsync("slice says terminating", () => ns.Api.List(ResourceTypes.EndpointSlices, ns.Name).Items
            .SelectMany(slice => slice.Items("endpoints"))
            .Any(e => e.Flag("conditions", "terminating") && !e.Flag("conditions", "ready")));
        await Eventually.IsTrueAsync("the replacement answers", async () =>
        {
            using var fresh = new HttpClient();
            try
            {
                return await fresh.GetStringAsync(ns.ServiceUri("web")) is var answer && answer != old.Name();
            }
            catch (HttpRequestException)
            {
                // One replica: until its successor is ready there is nobody.
                return false;
            }
        });
        Assert.Equal(old.Name(), await pending);
    }

    [Fact]
    public async Task Forced_deletion_leaves_no_process()
    {
        await using var ns = cluster.NewNamespace();
        ns.Create(ResourceTypes.Pods, ContainerLifeTests.Shell("deaf", "trap '' TERM; while :; do sleep 0.1; done"));
        await Eventually.IsTrueAsync("running", () => PodFacts.IsReady(ns.Pod("deaf")!));
        var pid = cluster.Node.FindPid(ns.Name, "deaf", "app")!.Value;

        ns.Api.Delete(ResourceTypes.Pods, ns.Name, "deaf", new DeleteRequest(GracePeriodSeconds: 0));

        Assert.Null(ns.Pod("deaf"));
        await Eventually.IsTrueAsync("killed", () => !ProcessTable.IsAlive(pid));
    }

    private static string Script(string name, string file) => $"trap 'echo {name} stops >> {file}; exit 0' TERM; echo {name} >> {file}; while :; do sleep 0.05; done";
}

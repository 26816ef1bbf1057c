using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Processes;
using LocalCluster.Node.Tests.Support;

namespace LocalCluster.Node.Tests.Pods;

public sealed class ContainerLifeTests(RunningCluster cluster)
{
    [Fact]
    public async Task A_container_killed_from_outside_is_started_again()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web");
        var pod = await ns.ReadyPodAsync("web");
        var pid = cluster.Node.FindPid(ns.Name, pod.Name(), "app");
        Assert.Equal($"process://{pid}", Sandbox.Container(pod).Text("containerID"));

        Assert.True(cluster.Node.Send(ns.Name, pod.Name(), "app", Signal.Kill));

        await Eventually.IsTrueAsync("not ready", () => !PodFacts.IsReady(ns.Pod(pod.Name())!));
        await Eventually.IsTrueAsync("restarted and ready", () => PodFacts.IsReady(ns.Pod(pod.Name())!));
        var status = Sandbox.Container(ns.Pod(pod.Name()));
        Assert.Equal(1, status.Int("restartCount"));
        Assert.Equal(137, status.Int("lastState", "terminated", "exitCode"));
        Assert.Equal("Error", status.Text("lastState", "terminated", "reason"));
        Assert.NotEqual(pid, cluster.Node.FindPid(ns.Name, pod.Name(), "app"));
        Assert.Equal(pod.Text("status", "podIP"), ns.Pod(pod.Name()).Text("status", "podIP"));
    }

    [Fact]
    public async Task A_crash_loop_backs_off_says_so_and_recovers()
    {
        await using var ns = cluster.NewNamespace();
        ns.Create(ResourceTypes.ConfigMaps, """{"metadata":{"name":"settings"},"data":{"command":"exit 3"} }""");
        ns.Create(ResourceTypes.Pods, Shell("crash", """eval "$COMMAND" """, """[{"name":"COMMAND","valueFrom":{"configMapKeyRef":{"name":"settings","key":"command"} } }]"""));

        await Eventually.IsTrueAsync("backing off", () => Sandbox.Container(ns.Pod("crash")).Text("state", "waiting", "reason") == "CrashLoopBackOff");
        var status = Sandbox.Container(ns.Pod("crash"));
        Assert.Equal(3, status.Int("lastState", "terminated", "exitCode"));
        Assert.Contains("back-off", status.Text("state", "waiting", "message"), StringComparison.Ordinal);
        Assert.Equal("Running", ns.Pod("crash").Text("status", "phase"));
        Assert.NotEmpty(ns.Events("crash", "BackOff"));
        Assert.True(status.Int("restartCount") >= 1);

        // Variables are read at every start.
        ns.Change(ResourceTypes.ConfigMaps, "settings", map => map["data"]!["command"] = "exec sleep 1000");
        await Eventually.IsTrueAsync("recovered", () => PodFacts.IsReady(ns.Pod("crash")!));
    }

    [Fact]
    public async Task Restart_policies_lead_to_succeeded_and_failed()
    {
        await using var ns = cluster.NewNamespace();
        ns.Create(ResourceTypes.Pods, Shell("good", "echo done", policy: "OnFailure"));
        ns.Create(ResourceTypes.Pods, Shell("bad", "exit 4", policy: "Never"));

        await Eventually.IsTrueAsync("succeeded", () => ns.Pod("good").Text("status", "phase") == "Succeeded");
        await Eventually.IsTrueAsync("failed", () => ns.Pod("bad").Text("status", "phase") == "Failed");
        Assert.Equal(4, Sandbox.Container(ns.Pod("bad")).Int("state", "terminated", "exitCode"));
        Assert.Equal("Completed", Sandbox.Container(ns.Pod("good")).Text("state", "terminated", "reason"));
    }

    [Fact]
    public async Task Init_containers_run_one_after_the_other_before_the_rest()
    {
        await using var ns = cluster.NewNamespace();
        var file = Path.Combine(cluster.DataDirectory, $"{ns.Name}-order");
        var pod = Shell("ordered", $"echo main >> {file}; exec sleep 1000");
        pod["spec"]!["initContainers"] = JsonNode.Parse($$"""
            [{"name":"first","image":"test/shell:1","args":["sleep 0.2; echo first >> {{file}}"]},{"name":"second","image":"test/shell:1","args":["echo second >> {{file}}"]}]
            """);
        ns.Create(ResourceTypes.Pods, pod);

        await Eventually.IsTrueAsync("all have written", () => File.Exists(file) && File.ReadAllLines(file).Length == 3);
        Assert.Equal(["first", "second", "main"], await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken));
        Assert.True(Conditions.IsTrue(ns.Pod("ordered").At("status"), "Initialized"));
        Assert.All(ns.Pod("ordered").Items("status", "initContainerStatuses"), status => Assert.Equal(0, status.Int("state", "terminated", "exitCode")));
    }

    internal static JsonObject Shell(string name, string script, string env = "[]", string policy = "Always", int grace = 30) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["restartPolicy"] = policy,
            ["terminationGracePeriodSeconds"] = grace,
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "app",
                ["image"] = "test/shell:1",
                ["args"] = new JsonArray(script),
                ["env"] = JsonNode.Parse(env),
            }),
        },
    };
}

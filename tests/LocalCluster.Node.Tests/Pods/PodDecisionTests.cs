using System.Text.Json.Nodes;
using LocalCluster.Controllers.Objects;
using LocalCluster.Controllers.ReplicaSets;
using LocalCluster.Node.Addresses;
using LocalCluster.Node.Pods;
using LocalCluster.Node.Probes;

namespace LocalCluster.Node.Tests.Pods;

public sealed class PodDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 18, 0, 0, TimeSpan.Zero);
    private static readonly ContainerState Running = new ContainerState.Running(Now);
    private static readonly ContainerState Waiting = new ContainerState.Waiting("ContainerCreating");

    [Fact]
    public void The_first_restart_is_at_once_then_the_wait_doubles_up_to_the_cap()
    {
        var backOff = new RestartBackOff(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10));
        int[] waits = [.. Enumerable.Range(0, 8).Select(_ => (int)backOff.Next(TimeSpan.FromSeconds(1)).TotalSeconds)];
        Assert.Equal([0, 10, 20, 40, 80, 160, 300, 300], waits);
        Assert.Equal(TimeSpan.Zero, backOff.Next(TimeSpan.FromMinutes(10)));
        Assert.Equal(TimeSpan.FromSeconds(10), backOff.Next(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Phases()
    {
        var ok = Ended(0);
        var bad = Ended(1);
        Assert.Equal("Pending", Phase("Always", [Waiting]));
        Assert.Equal("Pending", Phase("Always", [Running, Waiting]));
        Assert.Equal("Running", Phase("Always", [Running]));
        Assert.Equal("Running", Phase("Always", [bad]));
        Assert.Equal("Running", Phase("OnFailure", [bad]));
        Assert.Equal("Running", Phase("OnFailure", [ok, Running]));
        Assert.Equal("Succeeded", Phase("OnFailure", [ok, ok]));
        Assert.Equal("Succeeded", Phase("Never", [ok]));
        Assert.Equal("Failed", Phase("Never", [ok, bad]));
        Assert.Equal("Pending", Phase("Always", [Waiting], init: [Running]));
        Assert.Equal("Failed", Phase("Never", [Waiting], init: [bad]));

        var backingOff = new ContainerSnapshot("c", "i", new ContainerState.Waiting("CrashLoopBackOff")) { Last = (ContainerState.Terminated)bad };
        Assert.Equal("Running", PodStatus.Phase("Always", [], [backingOff]));
    }

    [Fact]
    public void Status_keeps_transition_times_while_nothing_changes()
    {
        var pod = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "p" }, ["spec"] = new JsonObject() };
        ContainerSnapshot[] containers = [new("app", "image", Running) { Ready = true, Started = true }];
        pod["status"] = PodStatus.Build(pod, "127.62.1.1", "127.62.0.1", [], containers, Now);
        Assert.True(PodFacts.IsReady(pod));

        var later = PodStatus.Build(pod, "127.62.1.1", "127.62.0.1", [], containers, Now.AddHours(1));
        Assert.True(JsonNode.DeepEquals(pod["status"], later));

        var unready = PodStatus.Build(pod, "127.62.1.1", "127.62.0.1", [], [containers[0] with { Ready = false }], Now.AddHours(1));
        var condition = Conditions.Find(unready, "Ready");
        Assert.Equal("False", condition.Text("status"));
        Assert.Equal("ContainersNotReady", condition.Text("reason"));
        Assert.Equal("containers with unready status: [app]", condition.Text("message"));
        Assert.Equal("2026-11-21T19:00:00Z", condition.Text("lastTransitionTime"));
    }

    [Fact]
    public void Thresholds_count_in_a_row()
    {
        var tally = new ProbeTally(successThreshold: 2, failureThreshold: 3);
        List<bool> results = [false, true, false, true, true, true, false, false, true, false, false, false, false];
        bool?[] verdicts = [.. results.Select(tally.Count)];
        Assert.Equal([null, null, null, null, true, null, null, null, null, null, null, false, null], verdicts);
        Assert.True(tally.EverSucceeded);
    }

    [Fact]
    public void Pods_that_serve_least_go_first()
    {
        static JsonObject Pod(string name, bool ready, string phase = "Running", int age = 0, string? node = "local", int cost = 0) => new()
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["creationTimestamp"] = Metadata.Format(Now.AddSeconds(-age)),
                ["annotations"] = new JsonObject { ["controller.kubernetes.io/pod-deletion-cost"] = $"{cost}" },
            },
            ["spec"] = new JsonObject { ["nodeName"] = node },
            ["status"] = new JsonObject
            {
                ["phase"] = phase,
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = ready ? "True" : "False", ["lastTransitionTime"] = Metadata.Format(Now.AddSeconds(-age)) }),
            },
        };
        JsonObject[] pods =
        [
            Pod("old-ready", ready: true, age: 100), Pod("new-ready", ready: true, age: 10), Pod("unready", ready: false), Pod("pending", ready: false, phase: "Pending"),
            Pod("unbound", ready: false, phase: "Pending", node: null), Pod("cheap", ready: true, age: 200, cost: -1),
        ];

        Assert.Equal(["unbound", "pending", "unready", "cheap", "new-ready", "old-ready"], PodRanking.ToDelete(pods, 6).Select(pod => pod.Name()));
        Assert.Equal(["unbound"], PodRanking.ToDelete(pods, 1).Select(pod => pod.Name()));
    }

    [Fact]
    public void An_address_comes_round_only_after_all_others()
    {
        var addresses = new PodAddresses(62);
        var first = addresses.Take();
        Assert.Equal("127.62.1.1", first.ToString());
        addresses.Return(first);
        var seen = Enumerable.Range(0, 199 * 254 - 1).Select(_ => addresses.Take().ToString()).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(199 * 254 - 1, seen.Count);
        Assert.Contains("127.62.199.254", seen);
        Assert.Equal(first, addresses.Take());
        Assert.Throws<InvalidOperationException>(() => addresses.Take());
    }

    private static ContainerState.Terminated Ended(int code) => new(code, Now, Now, "process://1");

    private static string Phase(string policy, ContainerState[] states, ContainerState[]? init = null) =>
        PodStatus.Phase(policy, [.. (init ?? []).Select(state => new ContainerSnapshot("i", "i", state))], [.. states.Select(state => new ContainerSnapshot("c", "i", state))]);
}

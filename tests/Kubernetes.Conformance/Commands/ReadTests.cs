using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Commands;

public sealed class ReadTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task Get_prints_the_columns_of_the_resource()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("columns");
        await cluster.CreateAsync(Resources.Platforms, Manifests.PlatformObject(ns, "todo", """{"replicas":2}"""));
        await SetReadyAsync(ns, "todo", "Migrated");
        await cluster.CreateAsync(Resources.Deployments, Manifests.DeploymentObject(ns, "web", 2));
        var pod = await cluster.CreateAsync(Resources.Pods, Manifests.Pod(ns, "web-1", "node"));
        pod["status"] = JsonNode.Parse("""
            {"phase":"Running","podIP":"10.61.3.4","containerStatuses":[{"name":"app","ready":true,"restartCount":2,"state":{"running":{}}}]}
            """);
        await cluster.UpdateStatusAsync(Resources.Pods, pod);

        Assert.Matches(@"NAME +PHASE +BROKER +READY +AGE\ntodo +Migrated +kafka +True +\d+s", await cluster.Kubectl.RunAsync($"-n {ns} get pf"));
        Assert.Matches(@"NAME +PHASE +BROKER +READY +REPLICAS +AGE\ntodo +Migrated +kafka +True +2 +\d+s", await cluster.Kubectl.RunAsync($"-n {ns} get platforms -o wide"));
        Assert.Matches(@"NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0/2 +\d +0 +\d+s", await cluster.Kubectl.RunAsync($"-n {ns} get deploy"));
        Assert.Matches(@"web-1 +1/1 +Running +2 +\d+s +10\.61\.3\.4 +node", await cluster.Kubectl.RunAsync($"-n {ns} get pods -o wide"));
        Assert.Equal("kafka", await cluster.Kubectl.RunAsync($"-n {ns} get pf todo -o jsonpath={{.spec.broker}}"));
        Assert.Equal("Platform", (string?)JsonNode.Parse(await cluster.Kubectl.RunAsync($"-n {ns} get pf todo -o json"))!["kind"]);

        var all = await cluster.Kubectl.RunAsync($"-n {ns} get all");
        Assert.Contains("deployment.apps/web", all);
        Assert.Contains("pod/web-1", all);
        Assert.Contains("platform.conformance.todo.io/todo", all);
    }

    [Fact]
    public async Task Get_selects_by_labels_and_fields()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("selectors");
        await cluster.CreateAsync(Resources.Pods, Manifests.Pod(ns, "a", "n1"));
        await cluster.CreateAsync(Resources.Pods, Manifests.Pod(ns, "b", "n2"));

        Assert.Equal("pod/a\n", await cluster.Kubectl.RunAsync($"-n {ns} get pods -l app=a -o name"));
        Assert.Equal("pod/b\n", await cluster.Kubectl.RunAsync($"-n {ns} get pods -l 'app notin (a),app' -o name"));
        Assert.Equal("pod/b\n", await cluster.Kubectl.RunAsync($"-n {ns} get pods --field-selector spec.nodeName=n2,status.phase=Pending -o name"));
    }

    [Fact]
    public async Task Get_watch_prints_the_state_and_then_every_change()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("watching");
        await cluster.CreateAsync(Resources.Platforms, Manifests.PlatformObject(ns, "todo"));
        using var watch = await cluster.Kubectl.StartWatchingAsync($"-n {ns} get pf todo -w");
        Assert.Matches("NAME +PHASE", await LineAsync(watch));
        Assert.Matches("todo +kafka", await LineAsync(watch));
        foreach (var phase in (string[])["Preparing", "Migrating", "Migrated"])
        {
            await SetReadyAsync(ns, "todo", phase);
            Assert.Matches($"todo +{phase} +kafka +True", await LineAsync(watch));
        }

        watch.Kill();
    }

    [Fact]
    public async Task Wait_ends_when_the_condition_comes_true_and_times_out_when_it_does_not()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("waiting");
        await cluster.CreateAsync(Resources.Platforms, Manifests.PlatformObject(ns, "todo"));
        var timedOut = await cluster.Kubectl.TryAsync($"-n {ns} wait pf/todo --for=condition=Ready --timeout=1s");
        Assert.Contains("timed out waiting for the condition", timedOut.Error);

        using var waiting = await cluster.Kubectl.StartWatchingAsync($"-n {ns} wait pf/todo --for=condition=Ready --timeout=30s");
        await SetReadyAsync(ns, "todo", "Migrated");
        Assert.Contains("condition met", (await Kubectl.EndAsync(waiting, "wait")).Output);
        Assert.Contains("condition met", await cluster.Kubectl.RunAsync("wait crd/platforms.conformance.todo.io --for=condition=Established --timeout=5s"));
    }

    [Fact]
    public async Task Describe_shows_the_object_and_its_events()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("describe");
        var platform = await cluster.CreateAsync(Resources.Platforms, Manifests.PlatformObject(ns, "todo"));
        await cluster.Http.PostAsync($"/apis/events.k8s.io/v1/namespaces/{ns}/events", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "todo.1", ["namespace"] = ns },
            ["regarding"] = new JsonObject
            {
                ["apiVersion"] = "conformance.todo.io/v1alpha1", ["kind"] = "Platform", ["name"] = "todo", ["namespace"] = ns, ["uid"] = (string?)platform["metadata"]!["uid"],
            },
            ["reason"] = "Swapped",
            ["note"] = "the broker is redis now",
            ["type"] = "Normal",
            ["action"] = "Swap",
            ["eventTime"] = "2026-01-01T00:00:00.000000Z",
            ["reportingController"] = "todo-operator",
            ["reportingInstance"] = "todo-operator-1",
        });

        var text = await cluster.Kubectl.RunAsync($"-n {ns} describe pf todo");
        Assert.Matches("Broker: +kafka", text);
        Assert.Contains("the broker is redis now", text);
        Assert.Contains("Swapped", await cluster.Kubectl.RunAsync($"-n {ns} get events"));
        Assert.Contains("the broker is redis now", await cluster.Kubectl.RunAsync($"-n {ns} events"));
    }

    [Fact]
    public async Task Explain_is_the_reference_manual_of_custom_and_built_in_types()
    {
        Kubectl.SkipIfMissing();
        var broker = await cluster.Kubectl.RunAsync("explain platform.spec.broker");
        Assert.Contains("The broker to use.", broker);
        Assert.Matches(@"ENUM:\s+kafka\s+redis", broker);
        Assert.Contains("useDapr\t<boolean>", await cluster.Kubectl.RunAsync("explain pf.spec"));
        Assert.Contains("rollingUpdate\t<RollingUpdateDeployment>", await cluster.Kubectl.RunAsync("explain deployment.spec.strategy"));
    }

    private static async Task<string> LineAsync(System.Diagnostics.Process process)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await process.StandardOutput.ReadLineAsync(deadline.Token) ?? "";
    }

    private async Task SetReadyAsync(string ns, string name, string phase)
    {
        var platform = (await cluster.GetAsync(Resources.Platforms, ns, name))!;
        platform["status"] = JsonNode.Parse($$"""{"phase":"{{phase}}","conditions":[{"type":"Ready","status":"True"}]}""");
        await cluster.UpdateStatusAsync(Resources.Platforms, platform);
    }
}

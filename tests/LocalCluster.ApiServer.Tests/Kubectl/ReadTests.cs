using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tests.Support;

namespace LocalCluster.ApiServer.Tests.Kubectl;

public sealed class ReadTests(KubectlFixture kubectl) : IClassFixture<KubectlFixture>
{
    [Fact]
    public async Task Get_prints_the_columns_of_the_resource()
    {
        KubectlFixture.SkipIfMissing();
        var ns = kubectl.Namespace("columns");
        kubectl.Api.Create(Manifests.Platforms, Manifests.PlatformObject(ns, "todo", """{"replicas":2}"""), "tests");
        SetReady(ns, "todo", "Migrated");
        kubectl.Api.Create(ResourceTypes.Deployments, Manifests.DeploymentObject(ns, "web", 2), "tests");
        var pod = kubectl.Api.Create(ResourceTypes.Pods, Manifests.Pod(ns, "web-1", "node"), "tests");
        pod["status"] = JsonNode.Parse("""
            {"phase":"Running","podIP":"127.61.3.4","containerStatuses":[{"name":"app","ready":true,"restartCount":2,"state":{"running":{}}}]}
            """);
        kubectl.Api.UpdateStatus(ResourceTypes.Pods, pod, "tests");

        Assert.Matches(@"NAME +PHASE +BROKER +READY +AGE\ntodo +Migrated +kafka +True +\d+s", await kubectl.RunAsync($"-n {ns} get tp"));
        Assert.Matches(@"NAME +PHASE +BROKER +READY +REPLICAS +AGE\ntodo +Migrated +kafka +True +2 +\d+s", await kubectl.RunAsync($"-n {ns} get todoplatforms -o wide"));
        Assert.Matches(@"NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0/2 +0 +0 +\d+s", await kubectl.RunAsync($"-n {ns} get deploy"));
        Assert.Matches(@"web-1 +1/1 +Running +2 +\d+s +127\.61\.3\.4 +node", await kubectl.RunAsync($"-n {ns} get pods -o wide"));
        Assert.Equal("kafka", await kubectl.RunAsync($"-n {ns} get tp todo -o jsonpath={{.spec.broker}}"));
        Assert.Equal("TodoPlatform", (string?)JsonNode.Parse(await kubectl.RunAsync($"-n {ns} get tp todo -o json"))!["kind"]);

        var all = await kubectl.RunAsync($"-n {ns} get all");
        Assert.Contains("deployment.apps/web", all);
        Assert.Contains("pod/web-1", all);
        Assert.Contains("todoplatform.platform.todo.io/todo", all);
    }

    [Fact]
    public async Task Get_selects_by_labels_and_fields()
    {
        KubectlFixture.SkipIfMissing();
        var ns = kubectl.Namespace("selectors");
        kubectl.Api.Create(ResourceTypes.Pods, Manifests.Pod(ns, "a", "n1"), "tests");
        kubectl.Api.Create(ResourceTypes.Pods, Manifests.Pod(ns, "b", "n2"), "tests");

        Assert.Equal("pod/a\n", await kubectl.RunAsync($"-n {ns} get pods -l app=a -o name"));
        Assert.Equal("pod/b\n", await kubectl.RunAsync($"-n {ns} get pods -l 'app notin (a),app' -o name"));
        Assert.Equal("pod/b\n", await kubectl.RunAsync($"-n {ns} get pods --field-selector spec.nodeName=n2,status.phase=Pending -o name"));
    }

    [Fact]
    public async Task Get_watch_prints_the_state_and_then_every_change()
    {
        KubectlFixture.SkipIfMissing();
        var ns = kubectl.Namespace("watching");
        kubectl.Api.Create(Manifests.Platforms, Manifests.PlatformObject(ns, "todo"), "tests");
        var watches = kubectl.Server.Requests.Count("watch");
        using var watch = kubectl.Start($"-n {ns} get tp todo -w");
        Assert.Matches("NAME +PHASE", await LineAsync(watch));
        Assert.Matches("todo +kafka", await LineAsync(watch));
        await Eventually.HoldsAsync(() => kubectl.Server.Requests.Count("watch") > watches, "kubectl get watches");

        foreach (var phase in (string[])["Preparing", "Migrating", "Migrated"])
        {
            SetReady(ns, "todo", phase);
            Assert.Matches($"todo +{phase} +kafka +True", await LineAsync(watch));
        }

        watch.Kill();
    }

    [Fact]
    public async Task Wait_ends_when_the_condition_comes_true_and_times_out_when_it_does_not()
    {
        KubectlFixture.SkipIfMissing();
        var ns = kubectl.Namespace("waiting");
        kubectl.Api.Create(Manifests.Platforms, Manifests.PlatformObject(ns, "todo"), "tests");
        var timedOut = await kubectl.TryAsync($"-n {ns} wait tp/todo --for=condition=Ready --timeout=1s");
        Assert.Contains("timed out waiting for the condition", timedOut.Error);

        var watches = kubectl.Server.Requests.Count("watch");
        var waiting = kubectl.RunAsync($"-n {ns} wait tp/todo --for=condition=Ready --timeout=30s");
        await Eventually.HoldsAsync(() => kubectl.Server.Requests.Count("watch") > watches, "kubectl wait watches");
        SetReady(ns, "todo", "Migrated");
        Assert.Contains("condition met", await waiting);
        Assert.Contains("condition met", await kubectl.RunAsync("wait crd/todoplatforms.platform.todo.io --for=condition=Established --timeout=5s"));
    }

    [Fact]
    public async Task Describe_shows_the_object_and_its_events()
    {
        KubectlFixture.SkipIfMissing();
        var ns = kubectl.Namespace("describe");
        var platform = kubectl.Api.Create(Manifests.Platforms, Manifests.PlatformObject(ns, "todo"), "tests");
        await kubectl.Http.PostAsync($"/apis/events.k8s.io/v1/namespaces/{ns}/events", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "todo.1", ["namespace"] = ns },
            ["regarding"] = new JsonObject
            {
                ["apiVersion"] = "platform.todo.io/v1alpha1", ["kind"] = "TodoPlatform", ["name"] = "todo", ["namespace"] = ns, ["uid"] = (string?)platform["metadata"]!["uid"],
            },
            ["reason"] = "Swapped",
            ["note"] = "the broker is redis now",
            ["type"] = "Normal",
            ["action"] = "Swap",
            ["eventTime"] = "2026-01-01T00:00:00.000000Z",
            ["reportingController"] = "todo-operator",
            ["reportingInstance"] = "todo-operator-1",
        });

        var text = await kubectl.RunAsync($"-n {ns} describe tp todo");
        Assert.Matches("Broker: +kafka", text);
        Assert.Contains("the broker is redis now", text);
        Assert.Contains("Swapped", await kubectl.RunAsync($"-n {ns} get events"));
        Assert.Contains("the broker is redis now", await kubectl.RunAsync($"-n {ns} events"));
    }

    [Fact]
    public async Task Explain_is_the_reference_manual_of_custom_and_built_in_types()
    {
        KubectlFixture.SkipIfMissing();
        var broker = await kubectl.RunAsync("explain todoplatform.spec.broker");
        Assert.Contains("The broker to use.", broker);
        Assert.Matches(@"ENUM:\s+kafka\s+redis", broker);
        Assert.Contains("useDapr\t<boolean>", await kubectl.RunAsync("explain tp.spec"));
        Assert.Contains("rollingUpdate\t<RollingUpdateDeployment>", await kubectl.RunAsync("explain deployment.spec.strategy"));
    }

    [Fact]
    public async Task Logs_come_from_the_node()
    {
        KubectlFixture.SkipIfMissing();
        var ns = kubectl.Namespace("logs");
        kubectl.Api.Create(ResourceTypes.Deployments, Manifests.DeploymentObject(ns, "talker"), "tests");
        kubectl.Api.Create(ResourceTypes.Pods, Manifests.Pod(ns, "talker", "node", "app", "daprd"), "tests");
        kubectl.Logs.Lines["talker/app"] = ["one", "two", "three"];

        Assert.Equal("one\ntwo\nthree\n", await kubectl.RunAsync($"-n {ns} logs deploy/talker -c app"));
        Assert.Equal("three\n", await kubectl.RunAsync($"-n {ns} logs talker -c app --tail 1 -f"));
        Assert.True(kubectl.Logs.Last!.Follow);
        Assert.Contains("is not valid for pod", (await kubectl.TryAsync($"-n {ns} logs talker -c nobody")).Error);
    }

    private static async Task<string> LineAsync(System.Diagnostics.Process process)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await process.StandardOutput.ReadLineAsync(deadline.Token) ?? "";
    }

    private void SetReady(string ns, string name, string phase)
    {
        var platform = kubectl.Api.Get(Manifests.Platforms, ns, name)!;
        platform["status"] = JsonNode.Parse($$"""{"phase":"{{phase}}","conditions":[{"type":"Ready","status":"True"}]}""");
        kubectl.Api.UpdateStatus(Manifests.Platforms, platform, "tests");
    }
}

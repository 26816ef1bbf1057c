using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tests.Support;

namespace LocalCluster.ApiServer.Tests.Kubectl;

public sealed class ChangeTests(KubectlFixture kubectl) : IClassFixture<KubectlFixture>
{
    [Fact]
    public async Task Patch_in_its_three_forms()
    {
        KubectlFixture.SkipIfMissing();
        var ns = kubectl.Namespace("patch");
        kubectl.Api.Create(Manifests.Platforms, Manifests.PlatformObject(ns, "todo"), "tests");
        kubectl.Api.Create(ResourceTypes.Deployments, Manifests.DeploymentObject(ns, "web"), "tests");

        await kubectl.RunAsync($$$"""-n {{{ns}}} patch tp todo --type merge -p '{"spec":{"broker":"redis"}}'""");
        await kubectl.RunAsync($$$"""-n {{{ns}}} patch tp todo --type json -p '[{"op":"test","path":"/spec/broker","value":"redis"},{"op":"add","path":"/spec/replicas","value":3}]'""");
        await kubectl.RunAsync($$$"""-n {{{ns}}} patch tp todo --type merge --subresource status -p '{"status":{"phase":"Swapping"}}'""");
        await kubectl.RunAsync($"-n {ns} patch deploy web -p '" + """{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"A","value":"7"},{"name":"B","$patch":"delete"}]}]}}}}""" + "'");

        var platform = kubectl.Api.Get(Manifests.Platforms, ns, "todo")!;
        Assert.Equal("redis", (string?)platform["spec"]!["broker"]);
        Assert.Equal(3, (int)platform["spec"]!["replicas"]!);
        Assert.Equal("Swapping", (string?)platform["status"]!["phase"]);
        Assert.Equal(3, (int)platform["metadata"]!["generation"]!);
        var container = kubectl.Api.Get(ResourceTypes.Deployments, ns, "web")!["spec"]!["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal("todo/web:1", (string?)container["image"]);
        Assert.Equal("""[{"name":"A","value":"7"}]""", container["env"]!.ToJsonString());
    }

    [Fact]
    public async Task Create_makes_the_usual_objects_from_the_command_line()
    {
        KubectlFixture.SkipIfMissing();
        await kubectl.RunAsync("create namespace created");
        await kubectl.RunAsync("-n created create configmap c --from-literal=k=v");
        await kubectl.RunAsync("-n created create secret generic s --from-literal=password=hunter2");
        await kubectl.RunAsync("-n created create serviceaccount bot");
        await kubectl.RunAsync("-n created create deployment web --image=todo/web:1 --replicas=2 --port=8080");
        await kubectl.RunAsync("-n created expose deployment web --port=80 --target-port=8080");
        await kubectl.RunAsync("-n created create role r --verb=get --resource=pods");
        await kubectl.RunAsync("-n created create rolebinding b --role=r --serviceaccount=created:bot");
        await kubectl.RunAsync("-n created run one --image=todo/one:1 --env=A=1 -- serve now");

        Assert.Equal("v", (string?)kubectl.Api.Get(ResourceTypes.ConfigMaps, "created", "c")!["data"]!["k"]);
        Assert.Equal("aHVudGVyMg==", (string?)kubectl.Api.Get(ResourceTypes.Secrets, "created", "s")!["data"]!["password"]);
        var deployment = kubectl.Api.Get(ResourceTypes.Deployments, "created", "web")!["spec"]!;
        Assert.Equal(2, (int)deployment["replicas"]!);
        Assert.Equal(8080, (int)deployment["template"]!["spec"]!["containers"]![0]!["ports"]![0]!["containerPort"]!);
        Assert.Equal(8080, (int)kubectl.Api.Get(ResourceTypes.Services, "created", "web")!["spec"]!["ports"]![0]!["targetPort"]!);
        Assert.Equal("bot", (string?)kubectl.Api.Get(ResourceTypes.RoleBindings, "created", "b")!["subjects"]![0]!["name"]);
        Assert.Equal(["serve", "now"], kubectl.Api.Get(ResourceTypes.Pods, "created", "one")!["spec"]!["containers"]![0]!["args"]!.AsArray().Select(a => (string)a!));
        Assert.Equal("yes\n", await kubectl.RunAsync("auth can-i create pods"));
        Assert.Contains("admin", await kubectl.RunAsync("auth whoami"));
    }

    [Fact]
    public async Task A_patch_with_an_unknown_field_warns()
    {
        KubectlFixture.SkipIfMissing();
        var ns = kubectl.Namespace("patch-warn");
        kubectl.Api.Create(Manifests.Platforms, Manifests.PlatformObject(ns, "todo"), "tests");
        var result = await kubectl.TryAsync($$$"""-n {{{ns}}} patch tp todo --type merge -p '{"spec":{"nope":1}}'""");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Warning: unknown field \"spec.nope\"", result.Error);
    }

    [Fact]
    public async Task Deployments_are_scaled_restarted_and_given_variables()
    {
        KubectlFixture.SkipIfMissing();
        var ns = kubectl.Namespace("deployments");
        kubectl.Api.Create(ResourceTypes.Deployments, Manifests.DeploymentObject(ns, "web"), "tests");

        Assert.Contains("scaled", await kubectl.RunAsync($"-n {ns} scale deploy/web --replicas 5"));
        Assert.Contains("restarted", await kubectl.RunAsync($"-n {ns} rollout restart deploy/web"));
        Assert.Contains("env updated", await kubectl.RunAsync($"-n {ns} set env deploy/web C=3 A-"));
        Assert.Contains("image updated", await kubectl.RunAsync($"-n {ns} set image deploy/web app=todo/web:2"));

        var spec = kubectl.Api.Get(ResourceTypes.Deployments, ns, "web")!["spec"]!;
        Assert.Equal(5, (int)spec["replicas"]!);
        Assert.NotNull(spec["template"]!["metadata"]!["annotations"]!["kubectl.kubernetes.io/restartedAt"]);
        var container = spec["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal("todo/web:2", (string?)container["image"]);
        Assert.Equal(["B", "C"], container["env"]!.AsArray().Select(e => (string?)e!["name"]));
    }

    [Fact]
    public async Task Rollout_status_follows_the_deployment_to_its_end()
    {
        KubectlFixture.SkipIfMissing();
        var ns = kubectl.Namespace("rollout");
        kubectl.Api.Create(ResourceTypes.Deployments, Manifests.DeploymentObject(ns, "web"), "tests");
        var watches = kubectl.Server.Requests.Count("watch");
        var status = kubectl.RunAsync($"-n {ns} rollout status deploy/web --timeout 30s");
        await Eventually.HoldsAsync(() => kubectl.Server.Requests.Count("watch") > watches, "rollout status watches");

        var deployment = kubectl.Api.Get(ResourceTypes.Deployments, ns, "web")!;
        deployment["status"] = new System.Text.Json.Nodes.JsonObject
        {
            ["observedGeneration"] = 1, ["replicas"] = 1, ["updatedReplicas"] = 1, ["readyReplicas"] = 1, ["availableReplicas"] = 1,
        };
        kubectl.Api.UpdateStatus(ResourceTypes.Deployments, deployment, "tests");
        Assert.Contains("successfully rolled out", await status);
    }

    [Fact]
    public async Task Labels_and_annotations_come_and_go()
    {
        KubectlFixture.SkipIfMissing();
        var ns = kubectl.Namespace("labels");
        kubectl.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "c"), "tests");
        await kubectl.RunAsync($"-n {ns} annotate cm c note=here");
        await kubectl.RunAsync($"-n {ns} label cm c tier=back");
        await kubectl.RunAsync($"-n {ns} annotate cm c note-");

        var metadata = kubectl.Api.Get(ResourceTypes.ConfigMaps, ns, "c")!["metadata"]!;
        Assert.Equal("back", (string?)metadata["labels"]!["tier"]);
        Assert.Null(metadata["annotations"]);
    }

    [Fact]
    public async Task Delete_waits_until_the_finalizers_are_gone()
    {
        KubectlFixture.SkipIfMissing();
        var ns = kubectl.Namespace("delete");
        var platform = Manifests.PlatformObject(ns, "todo");
        platform["metadata"]!["finalizers"] = new System.Text.Json.Nodes.JsonArray("platform.todo.io/revert");
        kubectl.Api.Create(Manifests.Platforms, platform, "tests");
        kubectl.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "a"), "tests");
        kubectl.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "b"), "tests");

        var deleting = kubectl.RunAsync($"-n {ns} delete tp todo --timeout 30s");
        await Eventually.HoldsAsync(
            () => kubectl.Api.Get(Manifests.Platforms, ns, "todo")?["metadata"]!["deletionTimestamp"] is not null, "the platform is marked as deleted");
        var marked = kubectl.Api.Get(Manifests.Platforms, ns, "todo")!;
        marked["metadata"]!["finalizers"] = new System.Text.Json.Nodes.JsonArray();
        kubectl.Api.Update(Manifests.Platforms, marked, "tests");
        Assert.Contains("todoplatform.platform.todo.io \"todo\" deleted", await deleting);

        Assert.Contains("configmap \"b\" deleted", await kubectl.RunAsync($"-n {ns} delete cm --all"));
        Assert.Contains("NotFound", (await kubectl.TryAsync($"-n {ns} delete cm a")).Error);
    }
}

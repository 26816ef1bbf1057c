using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Commands;

public sealed class ChangeTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task Patch_in_its_three_forms()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("patch");
        await cluster.CreateAsync(Resources.Platforms, Manifests.PlatformObject(ns, "todo"));
        await cluster.CreateAsync(Resources.Deployments, Manifests.DeploymentObject(ns, "web"));

        await cluster.Kubectl.RunAsync($$$"""-n {{{ns}}} patch pf todo --type merge -p '{"spec":{"broker":"redis"}}'""");
        await cluster.Kubectl.RunAsync($$$"""-n {{{ns}}} patch pf todo --type json -p '[{"op":"test","path":"/spec/broker","value":"redis"},{"op":"add","path":"/spec/replicas","value":3}]'""");
        await cluster.Kubectl.RunAsync($$$"""-n {{{ns}}} patch pf todo --type merge --subresource status -p '{"status":{"phase":"Swapping"}}'""");
        await cluster.Kubectl.RunAsync($"-n {ns} patch deploy web -p '" + """{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"A","value":"7"},{"name":"B","$patch":"delete"}]}]}}}}""" + "'");

        var platform = (await cluster.GetAsync(Resources.Platforms, ns, "todo"))!;
        Assert.Equal("redis", (string?)platform["spec"]!["broker"]);
        Assert.Equal(3, (int)platform["spec"]!["replicas"]!);
        Assert.Equal("Swapping", (string?)platform["status"]!["phase"]);
        Assert.Equal(3, (int)platform["metadata"]!["generation"]!);
        var container = (await cluster.GetAsync(Resources.Deployments, ns, "web"))!["spec"]!["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal("todo/web:1", (string?)container["image"]);
        Assert.Equal("""[{"name":"A","value":"7"}]""", container["env"]!.ToJsonString());
    }

    [Fact]
    public async Task Create_makes_the_usual_objects_from_the_command_line()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("created");
        await cluster.Kubectl.RunAsync($"-n {ns} create configmap c --from-literal=k=v");
        await cluster.Kubectl.RunAsync($"-n {ns} create secret generic s --from-literal=password=hunter2");
        await cluster.Kubectl.RunAsync($"-n {ns} create serviceaccount bot");
        await cluster.Kubectl.RunAsync($"-n {ns} create deployment web --image=todo/web:1 --replicas=2 --port=8080");
        await cluster.Kubectl.RunAsync($"-n {ns} expose deployment web --port=80 --target-port=8080");
        await cluster.Kubectl.RunAsync($"-n {ns} create role r --verb=get --resource=pods");
        await cluster.Kubectl.RunAsync($"-n {ns} create rolebinding b --role=r --serviceaccount={ns}:bot");
        await cluster.Kubectl.RunAsync($"-n {ns} run one --image=todo/one:1 --env=A=1 -- serve now");

        Assert.Equal("v", (string?)(await cluster.GetAsync(Resources.ConfigMaps, ns, "c"))!["data"]!["k"]);
        Assert.Equal("aHVudGVyMg==", (string?)(await cluster.GetAsync(Resources.Secrets, ns, "s"))!["data"]!["password"]);
        var deployment = (await cluster.GetAsync(Resources.Deployments, ns, "web"))!["spec"]!;
        Assert.Equal(2, (int)deployment["replicas"]!);
        Assert.Equal(8080, (int)deployment["template"]!["spec"]!["containers"]![0]!["ports"]![0]!["containerPort"]!);
        Assert.Equal(8080, (int)(await cluster.GetAsync(Resources.Services, ns, "web"))!["spec"]!["ports"]![0]!["targetPort"]!);
        Assert.Equal("bot", (string?)(await cluster.GetAsync(Resources.RoleBindings, ns, "b"))!["subjects"]![0]!["name"]);
        Assert.Equal(["serve", "now"], (await cluster.GetAsync(Resources.Pods, ns, "one"))!["spec"]!["containers"]![0]!["args"]!.AsArray().Select(a => (string)a!));
        Assert.Equal("yes\n", await cluster.Kubectl.RunAsync("auth can-i create pods"));
        Assert.Contains("Username", await cluster.Kubectl.RunAsync("auth whoami"));
    }

    [Fact]
    public async Task A_patch_with_an_unknown_field_warns()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("patch-warn");
        await cluster.CreateAsync(Resources.Platforms, Manifests.PlatformObject(ns, "todo"));
        var result = await cluster.Kubectl.TryAsync($$$"""-n {{{ns}}} patch pf todo --type merge -p '{"spec":{"nope":1}}'""");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Warning: unknown field \"spec.nope\"", result.Error);
    }

    [Fact]
    public async Task Deployments_are_scaled_restarted_and_given_variables()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("deployments");
        await cluster.CreateAsync(Resources.Deployments, Manifests.DeploymentObject(ns, "web"));

        Assert.Contains("scaled", await cluster.Kubectl.RunAsync($"-n {ns} scale deploy/web --replicas 5"));
        Assert.Contains("restarted", await cluster.Kubectl.RunAsync($"-n {ns} rollout restart deploy/web"));
        Assert.Contains("env updated", await cluster.Kubectl.RunAsync($"-n {ns} set env deploy/web C=3 A-"));
        Assert.Contains("image updated", await cluster.Kubectl.RunAsync($"-n {ns} set image deploy/web app=todo/web:2"));

        var spec = (await cluster.GetAsync(Resources.Deployments, ns, "web"))!["spec"]!;
        Assert.Equal(5, (int)spec["replicas"]!);
        Assert.NotNull(spec["template"]!["metadata"]!["annotations"]!["kubectl.kubernetes.io/restartedAt"]);
        var container = spec["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal("todo/web:2", (string?)container["image"]);
        Assert.Equal(["B", "C"], container["env"]!.AsArray().Select(e => (string?)e!["name"]));
    }

    [Fact]
    public async Task Rollout_status_follows_the_deployment_to_its_end()
    {
        Kubectl.SkipIfMissing();
        Assert.SkipWhen(cluster.HasControllers, "the test plays the Deployment's controller");
        var ns = await cluster.NamespaceAsync("rollout");
        await cluster.CreateAsync(Resources.Deployments, Manifests.DeploymentObject(ns, "web"));
        using var status = await cluster.Kubectl.StartWatchingAsync($"-n {ns} rollout status deploy/web --timeout 30s");

        var deployment = (await cluster.GetAsync(Resources.Deployments, ns, "web"))!;
        deployment["status"] = new JsonObject
        {
            ["observedGeneration"] = 1, ["replicas"] = 1, ["updatedReplicas"] = 1, ["readyReplicas"] = 1, ["availableReplicas"] = 1,
        };
        await cluster.UpdateStatusAsync(Resources.Deployments, deployment);
        Assert.Contains("successfully rolled out", (await Kubectl.EndAsync(status, "rollout status")).Output);
    }

    [Fact]
    public async Task Labels_and_annotations_come_and_go()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("labels");
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "c"));
        await cluster.Kubectl.RunAsync($"-n {ns} annotate cm c note=here");
        await cluster.Kubectl.RunAsync($"-n {ns} label cm c tier=back");
        await cluster.Kubectl.RunAsync($"-n {ns} annotate cm c note-");

        var metadata = (await cluster.GetAsync(Resources.ConfigMaps, ns, "c"))!["metadata"]!;
        Assert.Equal("back", (string?)metadata["labels"]!["tier"]);
        Assert.Null(metadata["annotations"]);
    }

    [Fact]
    public async Task Delete_waits_until_the_finalizers_are_gone()
    {
        Kubectl.SkipIfMissing();
        var ns = await cluster.NamespaceAsync("delete");
        var platform = Manifests.PlatformObject(ns, "todo");
        platform["metadata"]!["finalizers"] = new JsonArray("conformance.todo.io/revert");
        await cluster.CreateAsync(Resources.Platforms, platform);
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "b"));

        using var deleting = await cluster.Kubectl.StartWatchingAsync($"-n {ns} delete pf todo --timeout 30s");
        var marked = (await cluster.GetAsync(Resources.Platforms, ns, "todo"))!;
        Assert.NotNull(marked["metadata"]!["deletionTimestamp"]);
        marked["metadata"]!["finalizers"] = new JsonArray();
        await cluster.UpdateAsync(Resources.Platforms, marked);
        Assert.Contains("platform.conformance.todo.io \"todo\" deleted", (await Kubectl.EndAsync(deleting, "delete")).Output);

        Assert.Contains("configmap \"b\" deleted", await cluster.Kubectl.RunAsync($"-n {ns} delete cm --all"));
        Assert.Contains("NotFound", (await cluster.Kubectl.TryAsync($"-n {ns} delete cm a")).Error);
    }
}

using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Tests.Pods;
using LocalCluster.Node.Tests.Support;

namespace LocalCluster.Node.Tests.Environment;

public sealed class ContainerEnvironmentTests(RunningCluster cluster)
{
    [Fact]
    public async Task A_process_sees_its_own_variables_and_little_else()
    {
        await using var ns = cluster.NewNamespace();
        ns.Create(ResourceTypes.ConfigMaps, """{"metadata":{"name":"map"},"data":{"A":"from map","B":"b","SHADOWED":"map"} }""");
        ns.Create(ResourceTypes.Secrets, """{"metadata":{"name":"secret"},"stringData":{"token":"s3cret"} }""");
        ns.DeployApp("web", container: c =>
        {
            c["args"] = new JsonArray("--greeting", "hello $(POD)", "$(NOT_THERE)");
            c["resources"] = JsonNode.Parse("""{"limits":{"memory":"64Mi","cpu":"1500m"} }""");
            c["envFrom"] = JsonNode.Parse("""[{"configMapRef":{"name":"map"} },{"prefix":"S_","secretRef":{"name":"secret"} },{"secretRef":{"name":"nowhere","optional":true} }]""");
            foreach (var variable in JsonNode.Parse("""
                [{"name":"POD","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"} } },
                 {"name":"NS","valueFrom":{"fieldRef":{"fieldPath":"metadata.namespace"} } },
                 {"name":"UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid"} } },
                 {"name":"LABEL","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['app']"} } },
                 {"name":"TOKEN","valueFrom":{"secretKeyRef":{"name":"secret","key":"token"} } },
                 {"name":"ABSENT","valueFrom":{"secretKeyRef":{"name":"secret","key":"other","optional":true} } },
                 {"name":"MEMORY","valueFrom":{"resourceFieldRef":{"resource":"limits.memory","divisor":"1Mi"} } },
                 {"name":"CPU","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"} } },
                 {"name":"SHADOWED","value":"own"},
                 {"name":"URL","value":"http://$(BIND_ADDRESS)/$(B)/$(LATER)"},
                 {"name":"LATER","value":"later"}]
                """)!.AsArray())
            {
                c["env"]!.AsArray().Add(variable!.DeepClone());
            }
        });
        var pod = await ns.ReadyPodAsync("web");

        var environment = JsonNode.Parse(await Sandbox.GetAsync(Sandbox.PodUri(pod, "/env")))!.AsObject();
        var expected = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["A"] = "from map",
            ["B"] = "b",
            ["S_token"] = "s3cret",
            ["POD"] = pod.Name(),
            ["NS"] = ns.Name,
            ["UID"] = pod.Uid(),
            ["LABEL"] = "web",
            ["TOKEN"] = "s3cret",
            ["MEMORY"] = "64",
            ["CPU"] = "2",
            ["SHADOWED"] = "own",
            ["URL"] = $"http://{pod.Text("status", "podIP")}/b/$(LATER)",
            ["HOSTNAME"] = pod.Name(),
        };
        foreach (var (name, value) in expected)
        {
            Assert.Equal(value, environment.Text(name));
        }

        Assert.Null(environment.Text("ABSENT"));
        Assert.Null(environment.Text("KUBECONFIG"));
        string[] allowed = [.. expected.Keys, "LATER", "BIND_ADDRESS", "PATH", "HOME", "TMPDIR", "PWD", "SHLVL", "_"];
        Assert.DoesNotContain(environment, pair => !allowed.Contains(pair.Key, StringComparer.Ordinal) && !pair.Key.StartsWith("DOTNET_", StringComparison.Ordinal));
        Assert.Equal(["--greeting", $"hello {pod.Name()}", "$(NOT_THERE)"], JsonNode.Parse(await Sandbox.GetAsync(Sandbox.PodUri(pod, "/args")))!.AsArray().Select(a => a!.GetValue<string>()));
    }

    [Fact]
    public async Task A_missing_secret_holds_the_container_until_it_is_there()
    {
        await using var ns = cluster.NewNamespace();
        ns.Create(ResourceTypes.Pods, ContainerLifeTests.Shell("waiting", "exec sleep 1000", """[{"name":"T","valueFrom":{"secretKeyRef":{"name":"late","key":"token"} } }]"""));

        await Eventually.IsTrueAsync("waits", () => Sandbox.Container(ns.Pod("waiting")).Text("state", "waiting", "reason") == "CreateContainerConfigError");
        Assert.Equal("secret \"late\" not found", Sandbox.Container(ns.Pod("waiting")).Text("state", "waiting", "message"));
        Assert.Equal("Pending", ns.Pod("waiting").Text("status", "phase"));

        ns.Create(ResourceTypes.Secrets, """{"metadata":{"name":"late"},"stringData":{"other":"x"} }""");
        await Eventually.IsTrueAsync("names the key", () =>
            Sandbox.Container(ns.Pod("waiting")).Text("state", "waiting", "message") == $"couldn't find key token in Secret {ns.Name}/late");

        ns.Change(ResourceTypes.Secrets, "late", secret => secret["stringData"] = new JsonObject { ["token"] = "y" });
        await Eventually.IsTrueAsync("runs", () => PodFacts.IsReady(ns.Pod("waiting")!));
        Assert.Equal(0, Sandbox.Container(ns.Pod("waiting")).Int("restartCount"));
    }

    [Fact]
    public async Task A_pod_with_a_service_account_gets_a_kubeconfig()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("operator", spec: spec => spec["template"]!["spec"]!["serviceAccountName"] = "manager");
        var pod = await ns.ReadyPodAsync("operator");

        var file = JsonNode.Parse(await Sandbox.GetAsync(Sandbox.PodUri(pod, "/env"))).Text("KUBECONFIG");

        Assert.Equal($"# {ns.Name}/manager\n", await File.ReadAllTextAsync(file!, TestContext.Current.CancellationToken));
    }
}

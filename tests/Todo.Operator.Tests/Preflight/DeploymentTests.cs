using Kubernetes.Client.Models;
using LocalCluster.ApiServer.Storage;
using Todo.Operator.Tests.Cluster;

namespace Todo.Operator.Tests.Preflight;

public sealed class DeploymentTests(TestBackends backends)
{
    public static TheoryData<string, string, string> Spoilt() => new()
    {
        {
            "backend", """{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"x","ports":[{"containerPort":8000}]}]}}}}""",
            "deployment/backend/container Failed: It has no container backend, but web; set spec.services.backend.container."
        },
        {
            "email-delivery", """{"spec":{"template":{"spec":{"containers":[{"name":"email-delivery","image":"x","readinessProbe":{"httpGet":{"port":80}},"ports":[{"containerPort":80}]}]}}}}""",
            "deployment/email-delivery/port Failed: Container email-delivery declares port 80 and not 8003; set spec.services.emailDelivery.port."
        },
        {
            "backend", """{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}""",
            "deployment/backend/strategy Failed: Strategy Recreate refuses requests at each step of a move; use RollingUpdate with maxUnavailable: 0."
        },
        {
            "recurring-service", """{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}""",
            "deployment/recurring-service/strategy Warning: Strategy Recreate stops consumption for each step of a move; RollingUpdate with maxUnavailable: 0 does not."
        },
        {
            "backend", """{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":1}}}}""",
            "deployment/backend/strategy Failed: maxUnavailable lets all 1 of its pods go at once, and requests are refused meanwhile; set it to 0."
        },
        { "email-delivery", """{"spec":{"replicas":0}}""", "deployment/email-delivery/replicas Failed: It is scaled to 0; a move is proven by its pods." },
        { "email-delivery", """{"spec":{"paused":true}}""", "deployment/email-delivery/paused Failed: Its rollouts are paused: kubectl rollout resume deployment/email-delivery" },
        {
            "backend", """{"spec":{"template":{"spec":{"containers":[{"name":"backend","image":"x","ports":[{"containerPort":8000}]}]}}}}""",
            "deployment/backend/probes Failed: Container backend has no readinessProbe: a new pod gets requests before it can answer them. GET /readyz on port 8000 tells."
        },
        {
            "email-delivery", """{"spec":{"template":{"spec":{"containers":[{"name":"email-delivery","image":"x","ports":[{"containerPort":8003}]}]}}}}""",
            "deployment/email-delivery/probes Warning: Container email-delivery has no readinessProbe: a pod counts as ready before it works."
        },
        {
            "backend",
            """
            {"spec":{"template":{"spec":{"containers":[{"name":"backend","image":"x","ports":[{"containerPort":8000}],
              "readinessProbe":{"httpGet":{"port":8000}},"livenessProbe":{"httpGet":{"port":8000}}}]}}}}
            """,
            "deployment/backend/probes Warning: Container backend has a livenessProbe but no startupProbe: a slow start, with a sidecar beside it, may be taken for a hang."
        },
        {
            "backend",
            """{"spec":{"template":{"spec":{"containers":[{"name":"backend","image":"x","ports":[{"containerPort":8000}],"livenessProbe":{"httpGet":{"port":8000}}}]}}}}""",
            "deployment/backend/probes Failed: Container backend has no readinessProbe: a new pod gets requests before it can answer them. GET /readyz on port 8000 tells. "
            + "Container backend has a livenessProbe but no startupProbe: a slow start, with a sidecar beside it, may be taken for a hang."
        },
        {
            "email-delivery",
            """{"spec":{"template":{"spec":{"containers":[{"name":"email-delivery","image":"x","ports":[{"containerPort":8003}],"livenessProbe":{"httpGet":{"port":8003}}}]}}}}""",
            "deployment/email-delivery/probes Warning: Container email-delivery has no readinessProbe: a pod counts as ready before it works. "
            + "Container email-delivery has a livenessProbe but no startupProbe: a slow start, with a sidecar beside it, may be taken for a hang."
        },
        {
            "backend", """{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":30}}}}""",
            "deployment/backend/grace-period Warning: terminationGracePeriodSeconds is 30; a sidecar that drains Kafka may need 53. Events are not lost, but delivered again."
        },
    };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public async Task What_stands_in_the_way_of_a_rollout_is_named(string deployment, string patch, string expected)
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await world.PatchAsync(deployment, patch);
        Assert.Equal([expected], await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_Deployment_that_does_not_exist()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Api.Delete(ResourceTypes.Deployments, "default", "email-delivery");
        Assert.Equal(
            ["deployment/email-delivery Failed: There is no Deployment email-delivery in namespace default; set spec.services.emailDelivery.deployment."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_selector_that_finds_other_pods_than_its_labels_say()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var deployment = world.Api.Get(ResourceTypes.Deployments, "default", "email-delivery")!;
        world.Api.Delete(ResourceTypes.Deployments, "default", "email-delivery");
        deployment["spec"]!["selector"]!["matchExpressions"] = System.Text.Json.Nodes.JsonNode.Parse("""[{"key":"app","operator":"Exists"}]""");
        foreach (var field in new[] { "resourceVersion", "uid", "creationTimestamp", "generation", "managedFields" })
        {
            deployment["metadata"]!.AsObject().Remove(field);
        }

        var status = deployment["status"]!.DeepClone();
        deployment = world.Api.Create(ResourceTypes.Deployments, deployment, "test");
        deployment["status"] = status;
        deployment["metadata"]!.AsObject().Remove("resourceVersion");
        world.Api.UpdateStatus(ResourceTypes.Deployments, deployment, "test");
        Assert.Equal(
            ["deployment/email-delivery/selector Failed: Its pods are found by selector.matchLabels alone; a selector with matchExpressions finds others."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task Pods_that_are_not_available_are_told_but_hold_nothing()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await world.PatchAsync("backend", """{"spec":{"replicas":2,"strategy":{"rollingUpdate":{"maxUnavailable":0}}}}""");
        Assert.Equal(
            [
                "deployment/backend/health Warning: Only 1 of 2 pods are available.",
                "disruption-budget/backend Warning: No PodDisruptionBudget selects its pods: draining nodes may take all 2 at once. Use one with maxUnavailable: 1.",
            ],
            await world.ComplaintsAsync());
    }

    [Theory]
    [InlineData("""{"maxUnavailable":1}""", null)]
    [InlineData("""{"minAvailable":"50%"}""", null)]
    [InlineData("""{"minAvailable":2}""", "disruption-budget/email-delivery Warning: guard lets none of its 2 pods be evicted: draining a node hangs. Use maxUnavailable: 1.")]
    [InlineData("""{"maxUnavailable":0}""", "disruption-budget/email-delivery Warning: guard lets none of its 2 pods be evicted: draining a node hangs. Use maxUnavailable: 1.")]
    public async Task A_disruption_budget_protects_and_does_not_block(string budget, string? expected)
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await world.PatchAsync("email-delivery", """{"spec":{"replicas":2}}""");
        var spec = System.Text.Json.Nodes.JsonNode.Parse(budget)!.AsObject();
        spec["selector"] = System.Text.Json.Nodes.JsonNode.Parse("""{"matchLabels":{"app":"email-delivery"}}""");
        world.Api.Create(
            ResourceTypes.PodDisruptionBudgets, new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "guard", ["namespace"] = "default" }, ["spec"] = spec }, "test");
        string[] all = ["deployment/email-delivery/health Warning: Only 1 of 2 pods are available.", expected!];
        Assert.Equal(all.Where(c => c is not null), await world.ComplaintsAsync());
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"In","values":["other","email-delivery"]}]}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"Exists"},{"key":"app","operator":"NotIn","values":["backend"]},{"key":"other","operator":"DoesNotExist"}]}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"other","operator":"NotIn","values":["x"]}]}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"In","values":["other"]}]}""", false)]
    [InlineData("""{"matchLabels":{"app":"email-delivery"},"matchExpressions":[{"key":"other","operator":"Exists"}]}""", false)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"DoesNotExist"}]}""", false)]
    public async Task A_disruption_budget_is_found_by_any_selector(string selector, bool found)
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await world.PatchAsync("email-delivery", """{"spec":{"replicas":2}}""");
        Budget(world, "guard", selector);
        const string Bare = "disruption-budget/email-delivery Warning: No PodDisruptionBudget selects its pods: draining nodes may take all 2 at once. Use one with maxUnavailable: 1.";
        Assert.Equal(found ? [] : [Bare], (await world.ComplaintsAsync()).Where(c => c.StartsWith("disruption-budget/email-delivery", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Two_disruption_budgets_for_the_same_pods()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        Budget(world, "guard", """{"matchLabels":{"app":"email-delivery"}}""");
        Budget(world, "second", """{"matchLabels":{"app":"email-delivery"}}""");
        Assert.Equal(
            ["disruption-budget/email-delivery Warning: guard and second both select its pods: Kubernetes then evicts none, and draining a node hangs. Keep one."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task What_somebody_else_sets_is_refused_with_the_lines_to_change()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await world.ApplyAsync<V1Deployment>(
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"backend","namespace":"default"},
             "spec":{"template":{"metadata":{"annotations":{"dapr.io/app-port":"8001","dapr.io/enable-api-logging":"true"}},"spec":{"containers":[{"name":"backend","env":[
               {"name":"USE_DAPR","valueFrom":{"configMapKeyRef":{"name":"todo-app-config","key":"USE_DAPR"}}},{"name":"PUBSUB_NAME","value":"pubsub"}]}]}}}}
            """,
            "helm");
        const string Fields = "env USE_DAPR (helm), env PUBSUB_NAME (helm), annotation dapr.io/app-port (helm)";
        const string Kept = "adoption/backend/kept Warning: Also set by others, and left as they are: annotation dapr.io/enable-api-logging (helm).";
        Assert.Equal(
            [
                Kept,
                $"adoption/backend Failed: Set by others: {Fields}. Remove these lines from their manifest: "
                + "[- { name: USE_DAPR, valueFrom: { configMapKeyRef: { name: todo-app-config, key: USE_DAPR } } }] [- { name: PUBSUB_NAME, value: \"pubsub\" }] "
                + "[dapr.io/app-port: \"8001\"] Or set spec.adoption: TakeOver.",
            ],
            await world.ComplaintsAsync());

        world.Spec["adoption"] = "TakeOver";
        Assert.Equal(
            [Kept, $"adoption/backend Warning: Set by others and taken over: {Fields}. Their next write may set it back; remove it there too."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task Lines_that_take_their_value_from_elsewhere()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await world.ApplyAsync<V1Deployment>(
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"backend","namespace":"default"},"spec":{"template":{"spec":{"containers":[{"name":"backend","env":[
               {"name":"USE_DAPR","valueFrom":{"secretKeyRef":{"name":"flags","key":"dapr"}}},{"name":"PUBSUB_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}]}}}}
            """,
            "helm");
        Assert.Equal(
            [
                "adoption/backend Failed: Set by others: env USE_DAPR (helm), env PUBSUB_NAME (helm). Remove these lines from their manifest: "
                + "[- { name: USE_DAPR, valueFrom: { secretKeyRef: { name: flags, key: dapr } } }] [- { name: PUBSUB_NAME, valueFrom: … }] Or set spec.adoption: TakeOver.",
            ],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task What_a_container_is_given_by_envFrom_is_found_too_unless_it_has_an_entry_of_its_own()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await world.ApplyAsync<V1ConfigMap>(
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"flags","namespace":"default"},"data":{"DAPR":"true","CONSUME_DIRECT":"false","LOG_LEVEL":"info"}}""", "helm");
        world.Secret("more-flags", "PUBSUB_NAME", "pubsub");
        await world.PatchAsync(
            "email-delivery",
            """
            {"spec":{"template":{"spec":{"containers":[{"name":"email-delivery","image":"todo/test","env":[{"name":"OTHER","value":"kept"}],
              "ports":[{"containerPort":8003}],"readinessProbe":{"httpGet":{"path":"/readyz","port":8003}},
              "envFrom":[{"prefix":"USE_","configMapRef":{"name":"flags"}},{"configMapRef":{"name":"flags"}},{"secretRef":{"name":"more-flags"}},{"configMapRef":{"name":"nowhere","optional":true}}]}]}}}}
            """);
        const string Given = "Container email-delivery is given USE_DAPR (ConfigMap flags), CONSUME_DIRECT (ConfigMap flags), PUBSUB_NAME (Secret more-flags) by envFrom";
        Assert.Equal([$"adoption/email-delivery/env-from Failed: {Given}. Remove these keys there, or set spec.adoption: TakeOver."], await EnvFromAsync(world));

        world.Spec["adoption"] = "TakeOver";
        Assert.Equal(
            [
                $"adoption/email-delivery/env-from Warning: {Given}; entries of its own override that while Dapr is used. After useDapr: false or a Revert it counts again: remove the keys before.",
            ],
            await EnvFromAsync(world));

        await world.ApplyAsync<V1ConfigMap>("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"flags","namespace":"default"},"data":{"LOG_LEVEL":"info"}}""", "helm");
        world.Secret("more-flags", "OTHER", "x");
        Assert.Empty(await EnvFromAsync(world));
    }

    private static void Budget(PreflightWorld world, string name, string selector) => world.Api.Create(
        ResourceTypes.PodDisruptionBudgets,
        System.Text.Json.Nodes.JsonNode.Parse($$"""{"metadata":{"name":"{{name}}","namespace":"default"},"spec":{"maxUnavailable":1,"selector":{{selector}} } }""")!.AsObject(),
        "test");

    private static async Task<IEnumerable<string>> EnvFromAsync(PreflightWorld world) => (await world.ComplaintsAsync()).Where(c => c.StartsWith("adoption/email-delivery", StringComparison.Ordinal));
}

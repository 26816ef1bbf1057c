using System.Text.Json.Nodes;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Todo.Operator.Resource;
using Todo.Operator.Tests.Cluster;
using Todo.Operator.Tests.Observation;
using Todo.Services.Tests.World;

namespace Todo.Operator.Tests.Telemetry;

/// <summary>What a collector gets of a real move: the operator is a process of its own, and is ended and started again in the middle.</summary>
public sealed class TraceTests(TestBackends backends) : ClusterTest(backends)
{
    private const string Visit = "reconcile todoplatform";
    private const string NoSentry = "[dapr/sentry] dapr-sentry has no pod: sidecars get no certificate and do not start. kubectl get pods -A -l app=dapr-sentry";

    private readonly TestBackends _backends = backends;

    [Fact]
    public async Task A_move_is_told_from_the_checks_to_the_last_request()
    {
        await using var traces = new TraceReceiver(OperatorProcess.NextEndpoint(4318));
        var platform = await MoveAsync(traces.Settings());
        IReadOnlyList<ReceivedSpan> spans = [.. traces.Spans];
        var ids = spans.ToDictionary(s => s.SpanId);
        Assert.All(spans, s => Assert.Contains("todo-operator", s.Resource, StringComparison.Ordinal));
        Assert.Equal([], spans.Where(s => s.ParentId.Length > 0 && !ids.ContainsKey(s.ParentId)).Select(s => s.Name));
        Assert.Equal(["move", Visit], spans.Where(s => s.ParentId.Length == 0).Select(s => s.Name).Distinct().Order(StringComparer.Ordinal));

        // The checks, at first one that fails.
        var failed = spans.First(s => s.Name == "preflight" && s.Status == 2);
        Assert.Equal((Visit, NoSentry, "Failed"), (ids[failed.ParentId].Name, failed.StatusMessage, failed["todoplatform.check.result"]));
        var check = spans.Single(s => s.ParentId == failed.SpanId && s.Name == "check dapr");
        Assert.Equal((2, NoSentry), (check.Status, check.StatusMessage));
        var passed = spans.First(s => s.Name == "preflight" && s.Status == 1);
        Assert.Superset(
            new HashSet<string> { "check broker", "check database", "check deployment" }, spans.Where(s => s.ParentId == passed.SpanId).Select(s => s.Name).ToHashSet());

        // What was done, each with the request that did it.
        var component = Done("apply Component", "k8s.object.name", "todo-kafka-backend");
        Assert.Equal(("Component", "backend", "done"), (component["k8s.object.kind"], component["todoplatform.service"], component["todoplatform.outcome"]));
        var patch = Below(component, "PATCH", "/components/todo-kafka-backend");
        Assert.Equal(("PATCH", "201"), (patch["http.request.method"], patch["http.response.status_code"]));
        var deployment = Done("apply Deployment", "todoplatform.publishes_to", "todo-kafka-backend");
        Assert.Equal(("backend", "true", "false"), (deployment["k8s.deployment.name"], deployment["todoplatform.sidecar"], deployment["todoplatform.consumes_direct"]));
        Assert.Equal("200", Below(deployment, "PATCH", "/deployments/backend")["http.response.status_code"]);
        Assert.Equal("Publishers", ids[deployment.ParentId]["todoplatform.stage"]);
        Assert.Equal("200", Below(Done("order probe", "todoplatform.outcome", "done"), "POST", "/proxy/internal/probe")["http.response.status_code"]);

        // All of it is found by the epoch.
        var visits = spans.Where(s => s.Name == Visit).ToList();
        Assert.All(
            visits.Where(v => v["todoplatform.move.epoch"] == "1"),
            v => Assert.Equal(("todo", "default", "todoplatform", "dapr-kafka"), (v["k8s.object.name"], v["k8s.namespace.name"], v["controller"], v["todoplatform.move.target"])));
        Assert.Equal("1", ids[component.ParentId]["todoplatform.move.epoch"]);
        Assert.Equal("requeue_after", ids[component.ParentId]["result"]);

        // The move as a whole, with times that the second process has not seen.
        var move = spans.Single(s => s.Name == "move");
        Assert.Equal(("1", "direct-kafka", "dapr-kafka", "Completed", 1), (move["todoplatform.move.epoch"], move["todoplatform.move.from"], move["todoplatform.move.target"], move["todoplatform.move.result"], move.Status));
        Assert.Equal(platform.Status!.Move!.StartedAt, move.Start);
        Assert.Equal(platform.Status.Move.FinishedAt!.Value, move.End, TimeSpan.FromSeconds(1));
        var first = spans.Where(s => s.ParentId == move.SpanId).MinBy(s => s.Start)!;
        Assert.Equal(("move publishers", move.Start), (first.Name, first.Start));
        Assert.Equal(platform.Status.Move.PublishersBackAt!.Value, first.End, TimeSpan.FromSeconds(1));

        // Neither watches nor visits in which nothing was done.
        Assert.DoesNotContain(spans, s => s["url.full"]?.Contains("watch=", StringComparison.Ordinal) == true);
        Assert.All(visits, v => Assert.True(
            v.Status == 2 || v.Events.Contains("stage") || spans.Any(s => s.ParentId == v.SpanId && s["http.request.method"] is null),
            $"A visit at {v.Start:O} did nothing."));

        ReceivedSpan Done(string name, string attribute, string value) =>
            spans.FirstOrDefault(s => s.Name == name && s[attribute] == value && s["todoplatform.outcome"] == "done" && ids[s.ParentId].Name == Visit)
            ?? throw new InvalidOperationException($"No {name} with {attribute} {value} among {string.Join(", ", spans.Select(s => s.Name).Distinct())}");

        ReceivedSpan Below(ReceivedSpan parent, string method, string path) =>
            spans.First(s => s.ParentId == parent.SpanId && s.Name == method && s["url.full"]!.Contains(path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_an_endpoint_nothing_of_it_is_loaded()
    {
        await using var traces = new TraceReceiver(OperatorProcess.NextEndpoint(4318));
        await using var with = await OperatorProcess.StartAsync(Cluster.Kubeconfig, traces.Settings());
        await using var without = await OperatorProcess.StartAsync(Cluster.Kubeconfig, new Dictionary<string, string> { ["OTEL_SERVICE_NAME"] = "mine" });
        Assert.Equal((true, false), (with.HasLoaded("OpenTelemetry"), without.HasLoaded("OpenTelemetry")));
    }

    private async Task<V1Alpha1TodoPlatform> MoveAsync(Dictionary<string, string> settings)
    {
        // A Kafka of its own, because this operator asks it who listens: simulated pods join no group.
        await using var kafka = await _backends.StartKafkaAsync(TestBackends.TopicsWithout());
        await using var recurring = GroupConsumer.Join(kafka.BootstrapServers, GroupConsumer.Sidecars[0].Group, GroupConsumer.Sidecars[0].Topics);
        await using var mail = GroupConsumer.Join(kafka.BootstrapServers, GroupConsumer.Sidecars[1].Group, GroupConsumer.Sidecars[1].Topics);
        await using var notification = GroupConsumer.Join(kafka.BootstrapServers, GroupConsumer.Sidecars[2].Group, GroupConsumer.Sidecars[2].Topics);
        ControlPlane.Remove(Cluster.Api, "sentry");
        await Cluster.ApplyAsync($$"""
            {"useDapr":true,"broker":"kafka","kafka":{"brokers":["{{kafka.BootstrapServers}}"]},
             "rollout":{"soak":"100ms","analysis":{"interval":"100ms"} },"drain":{"publishTimeout":"100ms","hold":"100ms"} }
            """);
        await using (await OperatorProcess.StartAsync(Cluster.Kubeconfig, settings))
        {
            await Cluster.UntilAsync(p => p.Status?.Preflight?.Any(c => c.Result == "Failed") == true);
            ControlPlane.Add(Cluster.Api, "sentry", "1.18.3");
            await Cluster.UntilAsync(p => p.Status is { Stage: "Sidecars", Move.Epoch: 1 });
        }

        await using var second = await OperatorProcess.StartAsync(Cluster.Kubeconfig, settings);
        var platform = await Cluster.UntilMigratedAsync("dapr-kafka");

        // A change elsewhere makes it look once more.
        const string Visits = "controller_runtime_reconcile_total";
        var before = await second.MetricAsync(Visits);
        await Cluster.Client.PatchAsync<V1Deployment>("default", "backend", new MergePatch(new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["touched"] = "1" } } }));
        await Eventually.Async(async () => await second.MetricAsync(Visits) > before, TimeSpan.FromSeconds(20));
        return platform;
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Operator.Controllers;
using Kubernetes.SampleOperator;
using Kubernetes.Tests.Support;

namespace Kubernetes.Operator.Tests.Running;

/// <summary>The runtime through its front door: objects in, objects out.</summary>
public sealed class OperatorTests : ApiServerTest
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await RunningOperator.InstallAsync(Client);
    }

    [Fact]
    public async Task A_gadget_becomes_a_config_map_and_says_so()
    {
        await using var running = await RunningOperator.StartAsync(Server);
        await Client.CreateAsync(RunningOperator.Gadget("g", size: 3));
        await SizeIs("g", 3);
        await StatusIs("g", "size 3");

        await Client.PatchAsync<V1Gadget>("default", "g", new MergePatch(RunningOperator.Size(4)));
        await SizeIs("g", 4);
        await StatusIs("g", "size 4");
        var condition = Assert.Single((await Client.GetAsync<V1Gadget>("default", "g"))!.Status!.Conditions!);
        Assert.Equal(("Available", "True", "Applied", 2L), (condition.Type, condition.Status, condition.Reason, condition.ObservedGeneration));
    }

    [Fact]
    public async Task A_settled_operator_writes_nothing_not_even_after_a_restart_or_a_touch()
    {
        await using (var running = await RunningOperator.StartAsync(Server))
        {
            await Client.CreateAsync(RunningOperator.Gadget("g", size: 3));
            await StatusIs("g", "size 3");
            await EventCountIs("g", 1);
            await Settled(running);
            var writes = Server.Server.Requests.Writes(RunningOperator.Name);
            var visits = running.Controller.Reconciles;
            await Touch("g");
            await Eventually.IsTrue(() => running.Controller.Reconciles > visits, "the touch is seen");
            await Settled(running);
            Assert.Equal(writes, Server.Server.Requests.Writes(RunningOperator.Name));
        }

        var before = Server.Server.Requests.Writes(RunningOperator.Name);
        await using (var again = await RunningOperator.StartAsync(Server))
        {
            await Eventually.IsTrue(() => again.Controller.Reconciles > 0, "the gadget is looked at after the restart");
            await Settled(again);
            Assert.Equal(before, Server.Server.Requests.Writes(RunningOperator.Name));
        }
    }

    [Fact]
    public async Task What_somebody_else_changes_or_deletes_is_put_right()
    {
        await using var running = await RunningOperator.StartAsync(Server);
        await Client.CreateAsync(RunningOperator.Gadget("g", size: 3));
        await SizeIs("g", 3);
        await Client.PatchAsync<V1ConfigMap>("default", "g", new MergePatch(new JsonObject { ["data"] = new JsonObject { ["size"] = "9" } }));
        await SizeIs("g", 3);
        await Client.DeleteAsync<V1ConfigMap>("default", "g");
        await SizeIs("g", 3);
    }

    [Fact]
    public async Task A_gadget_goes_only_after_its_finalizer_has_run()
    {
        await using var running = await RunningOperator.StartAsync(Server, controller: c => c.WithFinalizer<GadgetFinalizer>("tests.todo.io/mark"));
        await Client.CreateAsync(RunningOperator.Gadget("g"));
        await StatusIs("g", "size 1");
        Assert.True((await Client.GetAsync<V1Gadget>("default", "g"))!.HasFinalizer("tests.todo.io/mark"));

        await Client.DeleteAsync<V1Gadget>("default", "g");
        await Eventually.IsTrue(async () => await Client.GetAsync<V1Gadget>("default", "g") is null, "the gadget is gone");
        Assert.NotNull(await Client.GetAsync<V1ConfigMap>("default", "g-was-here"));
    }

    [Fact]
    public async Task A_gadget_that_was_deleted_while_no_operator_ran_is_finalized_at_the_next_start()
    {
        await using (var running = await RunningOperator.StartAsync(Server, controller: c => c.WithFinalizer<GadgetFinalizer>("tests.todo.io/mark")))
        {
            await Client.CreateAsync(RunningOperator.Gadget("g"));
            await StatusIs("g", "size 1");
        }

        await Client.DeleteAsync<V1Gadget>("default", "g");
        await using var again = await RunningOperator.StartAsync(Server, controller: c => c.WithFinalizer<GadgetFinalizer>("tests.todo.io/mark"));
        await Eventually.IsTrue(async () => await Client.GetAsync<V1Gadget>("default", "g") is null, "the gadget is gone");
    }

    [Fact]
    public async Task Metrics_are_there_from_the_start_under_the_usual_names()
    {
        await using var running = await RunningOperator.StartAsync(Server);
        var text = running.Metrics.Write();
        Assert.Contains("controller_runtime_reconcile_total{controller=\"gadget\",result=\"success\"} 0\n", text);
        Assert.Contains("controller_runtime_reconcile_errors_total{controller=\"gadget\"} 0\n", text);
        Assert.Contains("workqueue_depth{name=\"gadget\"} 0\n", text);
        Assert.Contains("workqueue_retries_total{name=\"gadget\"} 0\n", text);
        Assert.Contains("leader_election_master_status{name=\"gadget-operator\"}", text);
        Assert.Contains("rest_client_requests_total{code=\"200\",method=\"DELETE\",host=\"127.67.0.1:", text);
        foreach (var name in (string[])
            [
                "controller_runtime_terminal_reconcile_errors_total", "controller_runtime_reconcile_panics_total", "controller_runtime_reconcile_timeouts_total",
                "controller_runtime_reconcile_time_seconds_count", "controller_runtime_max_concurrent_reconciles", "controller_runtime_active_workers",
            ])
        {
            Assert.Contains($"{name}{{controller=\"gadget\"}} ", text);
        }

        foreach (var name in (string[])["adds_total", "queue_duration_seconds_count", "work_duration_seconds_count", "unfinished_work_seconds", "longest_running_processor_seconds"])
        {
            Assert.Contains($"workqueue_{name}{{name=\"gadget\"}} ", text);
        }

        await Client.CreateAsync(RunningOperator.Gadget("g"));
        await StatusIs("g", "size 1");
        await Eventually.IsTrue(
            () => running.Metrics.Write().Contains("rest_client_requests_total{code=\"200\",method=\"PATCH\",host=\"127.67.0.1:", StringComparison.Ordinal),
            "the patch is counted");
    }

    [Fact]
    public async Task Each_reconcile_is_a_trace_that_names_the_object_and_tells_how_it_ended()
    {
        var seen = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == OperatorTracing.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = seen.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var running = await RunningOperator.StartAsync(Server);
        await Client.CreateAsync(RunningOperator.Gadget("traced"));
        await Eventually.IsTrue(() => seen.Any(static a => (string?)a.GetTagItem("k8s.object.name") == "traced"), "the reconcile is traced");
        var activity = seen.First(static a => (string?)a.GetTagItem("k8s.object.name") == "traced");
        Assert.Equal(("reconcile gadget", "default", ActivityStatusCode.Ok), (activity.OperationName, (string?)activity.GetTagItem("k8s.namespace.name"), activity.Status));
    }

    [Fact]
    public async Task What_is_published_is_where_kubectl_describe_looks()
    {
        await using var running = await RunningOperator.StartAsync(Server);
        await Client.CreateAsync(RunningOperator.Gadget("g", size: 3));
        await EventCountIs("g", 1);
        using var request = new HttpRequestMessage(
            HttpMethod.Get, "/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dg%2CinvolvedObject.kind%3DGadget&limit=500");
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var list = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        var item = Assert.Single(list["items"]!.AsArray())!;
        Assert.Equal(("Applied", "size 3", "Normal"), ((string?)item["reason"], (string?)item["message"], (string?)item["type"]));
    }

    private Task SizeIs(string name, int size) => Eventually.IsTrue(
        async () => (await Client.GetAsync<V1ConfigMap>("default", name))?.Data?["size"] == $"{size}", $"the map of {name} has size {size}");

    private Task StatusIs(string name, string message) => Eventually.IsTrue(
        async () => (await Client.GetAsync<V1Gadget>("default", name))?.Status?.Message == message, $"{name} says {message}");

    private Task EventCountIs(string name, int count) => Eventually.IsTrue(
        async () => (await Client.ListAsync<EventsV1Event>(new ListOptions { Namespace = "default" })).Items.Count(e => e.Regarding?.Name == name) == count,
        $"{name} has {count} events");

    private Task<V1Gadget> Touch(string name) => Client.PatchAsync<V1Gadget>(
        "default", name, new MergePatch(new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["touched"] = "yes" } } }));

    // Settled: the queue is empty, nobody works, and what the watch still has to say has been said (all caches are at the versions in the world).
    private async Task Settled(RunningOperator running)
    {
        await Eventually.IsTrue(
            async () =>
            {
                var gadget = await Client.GetAsync<V1Gadget>("default", "g");
                var map = await Client.GetAsync<V1ConfigMap>("default", "g");
                var text = running.Metrics.Write();
                return running.Cache<V1Gadget>().Get("default", "g")?.ResourceVersion() == gadget!.ResourceVersion()
                    && running.Cache<V1ConfigMap>().Get("default", "g")?.ResourceVersion() == map!.ResourceVersion()
                    && text.Contains("workqueue_depth{name=\"gadget\"} 0\n", StringComparison.Ordinal)
                    && text.Contains("controller_runtime_active_workers{controller=\"gadget\"} 0\n", StringComparison.Ordinal);
            },
            "the operator has settled");
    }
}

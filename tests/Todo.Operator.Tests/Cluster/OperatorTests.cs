using System.Text.Json.Nodes;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Todo.Operator.Generation;
using Todo.Operator.Resource;

namespace Todo.Operator.Tests.Cluster;

/// <summary>The whole operator against a real API server. Brokers and database are real, but nothing flows through them: that is tested elsewhere.</summary>
public sealed class OperatorTests(TestBackends backends) : IAsyncLifetime
{
    private static int _blocks = 67;

    private TestCluster _cluster = null!;

    private string Fast => $$"""
        "kafka":{"brokers":["{{backends.KafkaAsync().Result.BootstrapServers}}"]},"redis":{"host":"{{backends.RedisEndpoint}}"},
        "rollout":{"soak":"100ms","analysis":{"interval":"100ms"} },"drain":{"publishTimeout":"100ms","hold":"100ms"}
        """;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync((byte)(1 + Interlocked.Increment(ref _blocks)), backends);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Round_trip_through_all_transports_and_silence_afterwards()
    {
        await _cluster.StartOperatorAsync();
        await _cluster.ApplyAsync($$"""{"useDapr":true,"broker":"kafka",{{Fast}}}""");
        var platform = await _cluster.UntilMigratedAsync("dapr-kafka");
        AssertConditions(platform, ("Available", "True"), ("Migrated", "True"), ("PreflightPassed", "True"), ("RolledBack", "False"), ("Degraded", "False"));
        Assert.Equal("4/4", platform.Status!.Progress);
        await AssertTemplateAsync("backend", useDapr: "true", pubsub: "todo-kafka-backend", consumeDirect: null);
        await AssertTemplateAsync("email-delivery", useDapr: "true", pubsub: "todo-kafka-email-delivery-service", consumeDirect: "false");
        Assert.Equal(6, await CountAsync<DaprSubscription>());
        Assert.True(_cluster.Services.Job);

        await _cluster.PatchAsync("""{"broker":"redis"}""");
        platform = await _cluster.UntilMigratedAsync("dapr-redis");
        Assert.Equal("Retired", platform.Status!.Transports!.First(t => t.Name == "dapr-kafka").State);
        Assert.All((await ListAsync<DaprSubscription>()).Select(s => s.Metadata.Name!), n => Assert.Contains("-redis-", n, StringComparison.Ordinal));

        await _cluster.PatchAsync("""{"useDapr":false,"broker":"kafka"}""");
        platform = await _cluster.UntilMigratedAsync("direct-kafka");
        Assert.False(_cluster.Services.Job);
        Assert.Equal(0, await CountAsync<DaprComponent>() + await CountAsync<DaprSubscription>() + await CountAsync<DaprResiliency>() + await CountAsync<DaprConfiguration>());
        await AssertTemplateAsync("email-delivery", useDapr: null, pubsub: null, consumeDirect: null);
        Assert.Equal(["dapr-kafka", "dapr-redis", "direct-kafka"], platform.Status!.History!.Select(h => h.To!));

        // Everything is as asked for: a change elsewhere in the namespace makes it look, but not write.
        var writes = _cluster.Server.Requests.Writes(Operator.Hosting.OperatorApplication.Name);
        var generation = platform.Metadata.ResourceVersion;
        await _cluster.Client.PatchAsync<V1Deployment>("default", "backend", new MergePatch(new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["touched"] = "1" } } }));
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.Equal(generation, (await _cluster.UntilAsync(_ => true)).Metadata.ResourceVersion);
        Assert.Equal(writes, _cluster.Server.Requests.Writes(Operator.Hosting.OperatorApplication.Name));
    }

    [Fact]
    public async Task Killed_in_every_stage_it_goes_on_where_it_was()
    {
        await _cluster.ApplyAsync($$"""{"useDapr":true,"broker":"redis",{{Fast}}}""");
        foreach (var stage in new[] { "Sidecars", "Consumers", "Publishers", "Drain", "Retire" })
        {
            await _cluster.StartOperatorAsync();
            await _cluster.UntilAsync(p => p.Status?.Stage == stage || p.Status?.Phase == "Migrated");
            await _cluster.StopOperatorAsync();
        }

        await _cluster.StartOperatorAsync();
        var platform = await _cluster.UntilMigratedAsync("dapr-redis");
        Assert.Equal(1, platform.Status!.Move!.Epoch);
        Assert.Single(platform.Status.History!);
    }

    [Fact]
    public async Task A_change_of_mind_in_the_middle_leads_to_the_last_wish()
    {
        await _cluster.StartOperatorAsync();
        await _cluster.ApplyAsync($$"""{"useDapr":true,"broker":"redis",{{Fast}}}""");
        await _cluster.UntilAsync(p => p.Status?.Stage == "Publishers" && p.Status.Progress != "0/4");
        await _cluster.PatchAsync("""{"broker":"kafka"}""");
        var platform = await _cluster.UntilMigratedAsync("dapr-kafka");
        Assert.Equal(["Superseded", "Completed"], platform.Status!.History!.Select(h => h.Result!));
        Assert.Equal(2, _cluster.Services.Epoch);
    }

    [Fact]
    public async Task Bad_figures_roll_back_and_say_why()
    {
        await _cluster.StartOperatorAsync();
        await _cluster.ApplyAsync($$"""{"useDapr":true,"broker":"kafka",{{Fast}}}""");
        await _cluster.UntilMigratedAsync("dapr-kafka");
        _cluster.Services.FailingOn = "-redis-";
        await _cluster.PatchAsync("""{"broker":"redis"}""");
        var platform = await _cluster.UntilAsync(p => p.Status?.Phase == "RolledBack");
        AssertConditions(platform, ("RolledBack", "True"), ("Migrated", "False"), ("AnalysisPassed", null));
        Assert.Equal("AnalysisFailed", platform.Status!.Conditions!.First(c => c.Type == "RolledBack").Reason);
        Assert.Equal(["Completed", "Failed", "RolledBack"], platform.Status.History!.Select(h => h.Result!));
        await AssertTemplateAsync("backend", useDapr: "true", pubsub: "todo-kafka-backend", consumeDirect: null);
    }

    [Fact]
    public async Task Deleted_with_Revert_everything_is_as_before()
    {
        await _cluster.StartOperatorAsync();
        await _cluster.ApplyAsync($$"""{"useDapr":true,"broker":"kafka",{{Fast}}}""");
        await _cluster.UntilMigratedAsync("dapr-kafka");
        await _cluster.Client.DeleteAsync<V1Alpha1TodoPlatform>("default", "todo", cancellationToken: TestContext.Current.CancellationToken);
        await Eventually.Async(async () => await _cluster.Client.GetAsync<V1Alpha1TodoPlatform>("default", "todo") is null, TimeSpan.FromSeconds(60));
        Assert.Equal(0, await CountAsync<DaprComponent>());
        await AssertTemplateAsync("notification-service", useDapr: null, pubsub: null, consumeDirect: null);
    }

    [Fact]
    public async Task Deleted_with_Retain_everything_stays()
    {
        await _cluster.StartOperatorAsync();
        await _cluster.ApplyAsync($$"""{"useDapr":true,"broker":"kafka","deletionPolicy":"Retain",{{Fast}}}""");
        await _cluster.UntilMigratedAsync("dapr-kafka");
        await _cluster.Client.DeleteAsync<V1Alpha1TodoPlatform>("default", "todo", cancellationToken: TestContext.Current.CancellationToken);
        await Eventually.Async(async () => await _cluster.Client.GetAsync<V1Alpha1TodoPlatform>("default", "todo") is null, TimeSpan.FromSeconds(30));
        Assert.All(await ListAsync<DaprComponent>(), c => Assert.Empty(c.Metadata.OwnerReferences ?? []));
        Assert.Equal(5, await CountAsync<DaprComponent>());
        await AssertTemplateAsync("backend", useDapr: "true", pubsub: "todo-kafka-backend", consumeDirect: null);
    }

    [Fact]
    public async Task A_failed_check_holds_everything_and_an_Event_tells_when_results_change()
    {
        ControlPlane.Remove(_cluster.Api, "sentry");
        await _cluster.StartOperatorAsync();
        await _cluster.ApplyAsync($$"""{"useDapr":true,"broker":"kafka",{{Fast}}}""");
        var platform = await _cluster.UntilAsync(p => p.Status?.Phase == "Preflight" && p.Status.Preflight?.Any(c => c.Result == "Failed") == true);
        AssertConditions(platform, ("PreflightPassed", "False"), ("Migrated", "False"));
        Assert.Equal("ChecksFailed", platform.Status!.Conditions!.First(c => c.Type == "PreflightPassed").Reason);
        Assert.Equal(0, await CountAsync<DaprComponent>());
        await AssertTemplateAsync("backend", useDapr: null, pubsub: null, consumeDirect: null);
        await UntilEventAsync("PreflightFailed", "[dapr/sentry] dapr-sentry has no pod: sidecars get no certificate and do not start. kubectl get pods -A -l app=dapr-sentry");

        ControlPlane.Add(_cluster.Api, "sentry", "1.18.3");
        platform = await _cluster.UntilAsync(p => p.Status is { Phase: not "Preflight" });
        AssertConditions(platform, ("PreflightPassed", "True"));
        Assert.All(platform.Status!.Preflight!, c => Assert.Equal("Passed", c.Result));
        await UntilEventAsync("PreflightPassed", "Now passed: dapr/sentry.");
    }

    [Fact]
    public async Task A_check_that_is_left_out_holds_nothing_and_is_shown()
    {
        ControlPlane.Remove(_cluster.Api, "sentry");
        await _cluster.ApplyAsync($$"""{"useDapr":true,"broker":"kafka",{{Fast}}}""");
        await _cluster.Client.PatchAsync<V1Alpha1TodoPlatform>(
            "default", "todo", new MergePatch(JsonNode.Parse("""{"metadata":{"annotations":{"platform.todo.io/skip-checks":"dapr/sentry"} } }""")!.AsObject()));
        await _cluster.StartOperatorAsync();
        var platform = await _cluster.UntilAsync(p => p.Status is { Phase: not "Preflight", Preflight: not null });
        Assert.Equal(["dapr/sentry"], platform.Status!.Preflight!.Where(c => c.Result == "Skipped").Select(c => c.Name));
    }

    [Fact]
    public async Task A_spec_that_got_past_the_schema_changes_nothing_and_says_which_field()
    {
        await _cluster.StartOperatorAsync();
        await _cluster.ApplyAsync($$"""{"useDapr":true,"broker":"kafka",{{Fast}}}""");
        await _cluster.UntilMigratedAsync("dapr-kafka");
        var before = (await ListAsync<DaprResiliency>()).Select(r => r.Metadata.ResourceVersion).ToList();
        await _cluster.PatchWithoutRulesAsync("""{"delivery":{"handlerTimeout":"20s"} }""");
        var platform = await _cluster.UntilAsync(p => p.Status is { Phase: "Preflight" });
        const string Message = "redis.processingTimeout has to be longer than delivery.handlerTimeout; else an event is delivered again while it is being handled.";
        AssertConditions(platform, ("PreflightPassed", "False"), ("Degraded", "True"), ("Available", "True"));
        Assert.Equal(("InvalidSpec", $"spec.redis.processingTimeout: {Message}"), platform.Status!.Conditions!.Where(c => c.Type == "PreflightPassed").Select(c => (c.Reason, c.Message)).Single());
        Assert.Equal([("spec/redis.processingTimeout", "Failed", Message)], platform.Status.Preflight!.Where(c => c.Result != "Passed").Select(c => (c.Name, c.Result!, c.Message!)));
        Assert.Subset(platform.Status.Preflight!.Select(c => c.Name).ToHashSet(), new HashSet<string> { "dapr/sentry", "deployment/backend", "ledger" });
        Assert.Equal(before, (await ListAsync<DaprResiliency>()).Select(r => r.Metadata.ResourceVersion));

        await _cluster.PatchAsync("""{"delivery":{"handlerTimeout":"10s"} }""");
        platform = await _cluster.UntilAsync(p => p.Status is { Phase: "Migrated" });
        AssertConditions(platform, ("Degraded", "False"), ("PreflightPassed", "True"), ("Migrated", "True"));
        Assert.Empty(platform.Status!.Preflight ?? []);
    }

    [Fact]
    public async Task The_schema_refuses_what_makes_no_sense()
    {
        var wrong = await Assert.ThrowsAsync<KubernetesException>(() => _cluster.ApplyAsync("""{"broker":"nats"}"""));
        Assert.Equal(KubernetesError.Invalid, wrong.Error);
        await _cluster.ApplyAsync($$"""{ {{Fast}} }""");
        var platform = await _cluster.UntilAsync(_ => true);
        Assert.Equal((true, "kafka", 8090, "todo-management"), (platform.Spec.UseDapr, platform.Spec.Broker, platform.Spec.Management.Port, platform.Spec.Management.TokenSecretRef.Name));
    }

    private async Task AssertTemplateAsync(string name, string? useDapr, string? pubsub, string? consumeDirect)
    {
        var deployment = await _cluster.Client.GetAsync<V1Deployment>("default", name);
        var template = deployment!.Spec!.Template!;
        string? Value(string variable) => template.Spec!.Containers![0].Env!.FirstOrDefault(e => e.Name == variable)?.Value;
        Assert.Equal((useDapr, pubsub, consumeDirect, "kept"), (Value("USE_DAPR"), Value("PUBSUB_NAME"), Value("CONSUME_DIRECT"), Value("OTHER")));
        Assert.Equal(useDapr == "true", template.Metadata!.Annotations?.ContainsKey("dapr.io/enabled") == true);
    }

    private Task UntilEventAsync(string reason, string note) => Eventually.Async(
        async () => (await ListAsync<EventsV1Event>()).Any(e => e.Reason == reason && e.Note == note), TimeSpan.FromSeconds(30));

    private async Task<IList<T>> ListAsync<T>() where T : class, Kubernetes.Client.Entities.IKubernetesObject =>
        (await _cluster.Client.ListAsync<T>(new ListOptions { Namespace = "default" })).Items;

    private async Task<int> CountAsync<T>() where T : class, Kubernetes.Client.Entities.IKubernetesObject => (await ListAsync<T>()).Count;

    private static void AssertConditions(V1Alpha1TodoPlatform platform, params (string Type, string? Status)[] expected)
    {
        Assert.Equal(11, platform.Status!.Conditions!.Count);
        Assert.All(platform.Status.Conditions, c => Assert.False(string.IsNullOrEmpty(c.Reason)));
        foreach (var (type, status) in expected.Where(e => e.Status is not null))
        {
            Assert.Equal((type, status), (type, platform.Status.Conditions.First(c => c.Type == type).Status));
        }
    }
}

using Kubernetes.Client.Requests;
using LocalCluster.Kafka;
using Todo.Operator.Generation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Cluster;

/// <summary>Edits of a broker's endpoint: another Kafka is a move, other settings for the same one are changed in place, and neither is ever taken for the other.</summary>
public sealed class EndpointTests(TestBackends backends) : ClusterTest(backends)
{
    private readonly TestBackends _backends = backends;

    [Fact]
    public async Task Another_Kafka_is_a_move_that_survives_the_operators_death_and_leads_back()
    {
        await MigratedAsync();
        await using var second = await SecondAsync();
        var (first, mark) = ((await _backends.KafkaAsync()).BootstrapServers, MarkOf(second.BootstrapServers));
        await BrokersAsync(second.BootstrapServers);
        foreach (var stage in new[] { "Consumers", "Publishers", "Drain" })
        {
            await Cluster.UntilAsync(p => p.Status?.Stage == stage || p.Status?.Move is { Epoch: 2, FinishedAt: not null });
            await Cluster.StopOperatorAsync();
            Assert.Subset(new HashSet<string> { first, second.BootstrapServers }, (await BrokersInUseAsync()).Values.ToHashSet());
            await Cluster.StartOperatorAsync();
        }

        var platform = await Cluster.UntilMigratedAsync($"dapr-kafka-{mark}");
        Assert.Equal($"todo-kafka-{mark}-backend", await VariableAsync("backend", "PUBSUB_NAME"));
        Assert.Equal(4, (await BrokersInUseAsync()).Count(c => c.Key.StartsWith($"todo-kafka-{mark}-", StringComparison.Ordinal) && c.Value == second.BootstrapServers));
        Assert.Equal(4, (await BrokersInUseAsync()).Count);
        Assert.Equal(("dapr-kafka", $"dapr-kafka-{mark}", "Completed"), (platform.Status!.History![^1].From, platform.Status.History[^1].To, platform.Status.History[^1].Result));
        Assert.Equal((second.BootstrapServers, "Target"), platform.Status.Transports!.Where(t => t.Name == $"dapr-kafka-{mark}").Select(t => (t.Endpoint, t.State)).Single());
        Assert.Equal("Retired", platform.Status.Transports!.Single(t => t.Name == "dapr-kafka").State);
        Assert.Contains((await Cluster.Client.ListAsync<DaprResiliency>(new ListOptions { Namespace = "default" })).Items, r => PolicyTargets(r).Contains($"todo-kafka-{mark}-backend"));

        await BrokersAsync(first);
        await Cluster.UntilMigratedAsync("dapr-kafka");
        Assert.Equal("todo-kafka-backend", await VariableAsync("backend", "PUBSUB_NAME"));
        Assert.Equal([first], (await BrokersInUseAsync()).Values.Distinct());
    }

    [Fact]
    public async Task A_failed_move_goes_back_to_the_Kafka_that_the_spec_no_longer_names()
    {
        await MigratedAsync();
        await using var second = await SecondAsync();
        Cluster.Services.FailingOn = $"-kafka-{MarkOf(second.BootstrapServers)}-";
        await BrokersAsync(second.BootstrapServers);
        var platform = await Cluster.UntilAsync(p => p.Status?.Phase == "RolledBack");
        Assert.Equal("dapr-kafka", platform.Status!.Move!.Target);
        Assert.Equal("todo-kafka-backend", await VariableAsync("backend", "PUBSUB_NAME"));
        Assert.Equal([(await _backends.KafkaAsync()).BootstrapServers], (await BrokersInUseAsync()).Values.Distinct());
        Assert.Equal([second.BootstrapServers], platform.Spec.Kafka.Brokers);
    }

    [Fact]
    public async Task Another_address_of_the_same_Kafka_changes_the_settings_in_place()
    {
        await MigratedAsync();
        var first = (await _backends.KafkaAsync()).BootstrapServers;
        var template = await VariableAsync("backend", "PUBSUB_NAME");
        await Cluster.PatchAsync($$"""{"kafka":{"brokers":["127.0.0.1:1","{{first}}"]} }""");
        var platform = await Cluster.UntilAsync(p => p.Status is { Phase: "Migrated", Move: { Epoch: 2, FinishedAt: not null } });
        Assert.Equal(("dapr-kafka", "dapr-kafka"), (platform.Status!.History![^1].From, platform.Status.History[^1].To));
        Assert.Equal([$"127.0.0.1:1,{first}"], (await BrokersInUseAsync()).Values.Distinct());
        Assert.Equal(template, await VariableAsync("backend", "PUBSUB_NAME"));
        Assert.Contains(platform.Status.Preflight!, c => c is { Name: "endpoint/settings", Result: "Passed" });
    }

    [Fact]
    public async Task Settings_that_do_not_work_are_taken_back_by_themselves()
    {
        await MigratedAsync();
        Cluster.Services.Unloadable = "7.7.7";
        await Cluster.PatchAsync("""{"kafka":{"version":"7.7.7"},"tracing":{"endpoint":"nowhere:4317"},"rollout":{"stepTimeout":"3s"}}""");
        var platform = await Cluster.UntilAsync(p => p.Status?.Phase == "RolledBack");
        Assert.Equal(["Completed", "Failed", "RolledBack"], platform.Status!.History!.Select(h => h.Result!));
        Assert.Equal("StepTimeout", platform.Status.Move!.Failure!.Reason);
        Assert.All((await Cluster.Client.ListAsync<DaprComponent>(new ListOptions { Namespace = "default" })).Items, c => Assert.DoesNotContain("7.7.7", c.Spec!.ToString(), StringComparison.Ordinal));
        Assert.All((await Cluster.Client.ListAsync<DaprConfiguration>(new ListOptions { Namespace = "default" })).Items, c => Assert.DoesNotContain("nowhere", c.Spec!.ToString(), StringComparison.Ordinal));
        Assert.Equal("7.7.7", platform.Spec.Kafka.Version);

        await Cluster.PatchAsync("""{"kafka":{"version":"2.0.0"},"rollout":{"stepTimeout":"90s"}}""");
        await Cluster.UntilMigratedAsync("dapr-kafka");
        Assert.All((await Cluster.Client.ListAsync<DaprConfiguration>(new ListOptions { Namespace = "default" })).Items, c => Assert.Contains("nowhere", c.Spec!.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_services_own_client_is_not_sent_to_another_Kafka()
    {
        var first = (await _backends.KafkaAsync()).BootstrapServers;
        Cluster.Services.OwnClient = first;
        await MigratedAsync();
        await Cluster.PatchAsync("""{"useDapr":false}""");
        await Cluster.UntilMigratedAsync("direct-kafka");
        await using var second = await SecondAsync();
        await BrokersAsync(second.BootstrapServers);
        var platform = await Cluster.UntilAsync(p => p.Status?.Preflight?.Any(c => c.Name == "endpoint/own-client") == true);
        Assert.Equal(
            $"spec.kafka.brokers ({second.BootstrapServers}) is another Kafka than that of the services' own client ({first}), which cannot listen on two. Go through Dapr: first useDapr: true, "
            + "which moves everything to the new Kafka and drains the old one; then set KAFKA_BOOTSTRAP_SERVERS of the Deployments to it; then useDapr: false. To stay on the old one, set "
            + "spec.kafka.brokers back.",
            platform.Status!.Preflight!.Single(c => c.Name == "endpoint/own-client").Message);
        Assert.Equal(("Preflight", "direct-kafka"), (platform.Status.Phase, platform.Status.Move!.Target));

        // The way that it says: through Dapr, the Deployments in between, and then direct on the new one.
        await Cluster.PatchAsync("""{"useDapr":true}""");
        var mark = MarkOf(second.BootstrapServers);
        await Cluster.UntilMigratedAsync($"dapr-kafka-{mark}");
        (Cluster.Services.OwnClient, Cluster.Services.OwnBroker) = (second.BootstrapServers, $"kafka-{mark}");
        await Cluster.PatchAsync("""{"useDapr":false}""");
        await Cluster.UntilMigratedAsync($"direct-kafka-{mark}");
        Assert.Null(await VariableAsync("backend", "USE_DAPR"));
        Assert.Empty(await BrokersInUseAsync());
    }

    private Task<KafkaBroker> SecondAsync() => _backends.StartKafkaAsync(TestBackends.TopicsWithout());

    private Task<V1Alpha1TodoPlatform> BrokersAsync(string address) => Cluster.PatchAsync($$"""{"kafka":{"brokers":["{{address}}"]} }""");

    private static string MarkOf(string address) => BrokerEndpoint.Of(new KafkaSpec { Brokers = [address] }).Mark();

    /// <summary>The addresses in all Kafka Components, by their names.</summary>
    private async Task<Dictionary<string, string>> BrokersInUseAsync() =>
        (await Cluster.Client.ListAsync<DaprComponent>(new ListOptions { Namespace = "default" })).Items
            .Where(c => c.Spec!.Parse().GetProperty("type").GetString() == "pubsub.kafka")
            .ToDictionary(c => c.Metadata.Name!, c => c.Spec!.Parse().GetProperty("metadata").EnumerateArray().First(m => m.GetProperty("name").GetString() == "brokers").GetProperty("value").GetString()!);

    private static List<string> PolicyTargets(DaprResiliency resiliency) =>
        [.. resiliency.Spec!.Parse().GetProperty("targets").GetProperty("components").EnumerateObject().Select(c => c.Name)];
}

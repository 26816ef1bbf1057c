using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Preflight;
using Todo.Operator.Resource;
using Todo.Operator.Tests.Cluster;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Preflight;

/// <summary>Namespace, quotas, Secrets, ledger, Components in use.</summary>
public sealed class NamespaceTests(TestBackends backends)
{
    [Fact]
    public async Task A_namespace_that_is_being_deleted()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await world.CheckAsync();
        var spec = (await world.Client.GetAsync<V1Alpha1TodoPlatform>("default", "todo"))!.Spec;
        world.Api.Delete(ResourceTypes.Namespaces, null, "default");
        Assert.Contains(
            CheckResult.Failed("namespace", "Namespace default is being deleted: nothing can be made in it."),
            await world.CheckAsync(spec));
    }

    [Fact]
    public async Task A_namespace_that_does_not_exist()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var check = world.Checks.Single(c => c.Name == "namespace");
        var generation = new GenerationContext(new TodoPlatformSpec(), "nowhere", "todo", "uid");
        var observed = new Observed { Now = DateTimeOffset.UnixEpoch, Names = generation.Names, Wanted = Goal.Direct, Services = [], Generated = [] };
        Assert.Equal([CheckResult.Failed("namespace", "There is no namespace nowhere.")], await check.CheckAsync(new PreflightContext(generation, observed), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("pods", "5", "5", "pods: 5 of 5 are used, 1 more are needed")]
    [InlineData("requests.cpu", "1", "900m", "requests.cpu: 900m of 1 are used, 0.25 more are needed")]
    [InlineData("memory", "1Gi", "1000Mi", "memory: 1000Mi of 1Gi are used, 480Mi more are needed")]
    [InlineData("limits.memory", "2Gi", "1Gi", "limits.memory: 1Gi of 2Gi are used, 1280Mi more are needed")]
    [InlineData("count/components.dapr.io", "4", "0", "count/components.dapr.io: 0 of 4 are used, 5 more are needed")]
    [InlineData("count/subscriptions.dapr.io", "9", "9", "count/subscriptions.dapr.io: 9 of 9 are used, 6 more are needed")]
    [InlineData("count/resiliencies.dapr.io", "3", "0", "count/resiliencies.dapr.io: 0 of 3 are used, 4 more are needed")]
    [InlineData("count/configurations.dapr.io", "3", "0", "count/configurations.dapr.io: 0 of 3 are used, 4 more are needed")]
    public async Task A_quota_without_room_for_sidecars(string resource, string hard, string used, string lacking)
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        Quota(world, (resource, hard, used));
        Assert.Equal(
            [$"quota/team Failed: There is no room for what a move adds ({lacking}). Raise the quota{(resource.StartsWith("count/", StringComparison.Ordinal) ? "" : ", or lower spec.sidecar")}."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_quota_with_room_and_one_that_wants_a_limit()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        Quota(world, ("pods", "50", "5"), ("requests.memory", "8Gi", "1Gi"));
        Assert.Empty(await world.ComplaintsAsync());

        Quota(world, ("limits.cpu", "10", "1"));
        Assert.Equal(
            ["quota/team Warning: It counts limits.cpu, so that a pod without one is refused, and sidecars have none unless a LimitRange gives it: set spec.sidecar.cpuLimit."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_Secret_that_does_not_exist_and_a_key_that_is_not_in_it()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Api.Delete(ResourceTypes.Secrets, "default", "todo-management");
        world.Secret("todo-app-secrets", "OTHER", "x");
        Assert.Equal(
            [
                "secret/todo-management.token Failed: There is no Secret todo-management, which spec.management.tokenSecretRef names.",
                "secret/todo-app-secrets.DATABASE_URL Failed: Secret todo-app-secrets has no key DATABASE_URL with a value, which spec.stateStore.connectionString names.",
                "database Unknown: Not asked: todo-app-secrets.DATABASE_URL is missing (see secret/todo-app-secrets.DATABASE_URL).",
            ],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task Every_Secret_of_the_broker_is_looked_for()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var kafka = world.Spec["kafka"]!.AsObject();
        kafka["auth"] = "mtls";
        kafka["tls"] = true;
        foreach (var field in new[] { "caCert", "clientCert", "clientKey" })
        {
            kafka[field] = new JsonObject { ["name"] = "kafka", ["key"] = field };
        }

        Assert.Equal(
            [
                "secret/kafka.caCert Failed: There is no Secret kafka, which spec.kafka.caCert names.",
                "secret/kafka.clientCert Failed: There is no Secret kafka, which spec.kafka.clientCert names.",
                "secret/kafka.clientKey Failed: There is no Secret kafka, which spec.kafka.clientKey names.",
                "broker Unknown: Not asked: kafka.caCert is missing (see secret/kafka.caCert).",
            ],
            (await world.ComplaintsAsync()).Where(c => c.StartsWith("secret", StringComparison.Ordinal) || c.StartsWith("broker", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("kafka", "username", "password")]
    [InlineData("redis", "username", "password")]
    public async Task Every_Secret_of_a_login_is_looked_for(string broker, string user, string password)
    {
        await using var world = await PreflightWorld.StartAsync(backends, broker);
        var spec = world.Spec[broker]!.AsObject();
        if (broker == "kafka")
        {
            spec["auth"] = "password";
        }

        foreach (var field in new[] { user, password })
        {
            spec[field] = new JsonObject { ["name"] = $"the-{field}", ["key"] = field };
        }

        Assert.Equal(
            [
                $"secret/the-{user}.{user} Failed: There is no Secret the-{user}, which spec.{broker}.{user} names.",
                $"secret/the-{password}.{password} Failed: There is no Secret the-{password}, which spec.{broker}.{password} names.",
                $"broker Unknown: Not asked: the-{user}.{user} is missing (see secret/the-{user}.{user}).",
            ],
            (await world.ComplaintsAsync()).Where(c => c.StartsWith("secret", StringComparison.Ordinal) || c.StartsWith("broker", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_ledger_that_does_not_answer()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Ledger = Known.Unknown<LedgerView>("no pod is ready");
        Assert.Equal(["ledger Unknown: The ledger does not answer: no pod is ready."], await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_Component_in_use_that_would_be_changed()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Objects = [new ExistingObject(new GeneratedKey(GeneratedKind.Component, "todo-kafka-backend", ServiceId.Backend, Broker.Kafka), "uid", "1", Current: false, Deleting: false, Owned: true)];
        Assert.Equal(
            "It stays the same kafka: the new settings are put into todo-kafka-backend in place, one app at a time.",
            (await world.CheckAsync()).Single(r => r.Name == "endpoint/settings").Message);
    }

    [Fact]
    public async Task The_same_Kafka_by_another_address_and_one_that_cannot_be_asked()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var kafka = (await backends.KafkaAsync()).BootstrapServers;
        var number = kafka.Split(':')[0].Split('.').Aggregate(0L, (n, part) => (n * 256) + long.Parse(part, CultureInfo.InvariantCulture));
        world.Present = $"{number}:9092";
        Assert.Equal(
            [
                $"endpoint/kafka Failed: spec.kafka.brokers leads to the same Kafka as {world.Present}, by other addresses, and its consumer groups cannot listen twice. "
                + "Keep one of these addresses in the list, beside the new ones: then only settings are changed, in place. Take it out by a second edit.",
            ],
            await world.ComplaintsAsync());

        world.Present = "127.0.0.1:1";
        Assert.Equal(
            [
                "endpoint/kafka Warning: Whether spec.kafka.brokers leads to another broker than 127.0.0.1:1 could not be asked (127.0.0.1:1 does not accept connections (ConnectionRefused)). "
                + "What is open there is sent again over the new one.",
            ],
            await world.ComplaintsAsync());
    }

    private static void Quota(PreflightWorld world, params (string Resource, string Hard, string Used)[] limits)
    {
        world.Api.Delete(ResourceTypes.ResourceQuotas, "default", "team");
        JsonObject Map(Func<(string Resource, string Hard, string Used), string> value) => new(limits.Select(l => KeyValuePair.Create(l.Resource, (JsonNode?)value(l))));
        var quota = world.Api.Create(
            ResourceTypes.ResourceQuotas, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "team", ["namespace"] = "default" }, ["spec"] = new JsonObject { ["hard"] = Map(l => l.Hard) } }, "test");
        quota["status"] = new JsonObject { ["hard"] = Map(l => l.Hard), ["used"] = Map(l => l.Used) };
        quota["metadata"]!.AsObject().Remove("resourceVersion");
        world.Api.UpdateStatus(ResourceTypes.ResourceQuotas, quota, "test");
    }
}

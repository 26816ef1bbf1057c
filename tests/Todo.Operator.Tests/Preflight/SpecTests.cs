using System.Text.Json.Nodes;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Serialization;
using Todo.Operator.Preflight;
using Todo.Operator.Resource;
using Todo.Operator.Tests.Cluster;

namespace Todo.Operator.Tests.Preflight;

/// <summary>The rules between fields, each tried twice with the same case: by the CRD's CEL at the API server, and by the preflight.</summary>
public sealed class SpecTests(TestBackends backends)
{
    private const string Kafka = """ "kafka":{"brokers":["kafka:9092"] """;
    private const string Secret = """{"name":"s","key":"k"}""";

    /// <summary>Spec, field, message; whether the API server refuses it too.</summary>
    public static TheoryData<string, string, string, bool> Wrong() => new()
    {
        { """{"useDapr":false,"broker":"redis","redis":{"host":"redis:6379"}}""", "spec.broker", "useDapr: false needs broker: kafka, because the services' own client speaks only Kafka.", true },
        { "{}", "spec.kafka.brokers", "broker: kafka with useDapr: true, of the platform or of one service, needs kafka.brokers, for example [\"kafka-1:9092\"].", true },
        {
            """{"useDapr":false,"services":{"backend":{"useDapr":true}}}""", "spec.kafka.brokers",
            "broker: kafka with useDapr: true, of the platform or of one service, needs kafka.brokers, for example [\"kafka-1:9092\"].", true
        },
        { """{"broker":"redis"}""", "spec.redis.host", "broker: redis needs redis.host, for example \"redis:6379\".", true },
        { """{"broker":"redis","redis":{"host":""}}""", "spec.redis.host", "broker: redis needs redis.host, for example \"redis:6379\".", true },
        {
            """{"broker":"redis","redis":{"host":"redis:6379"},"services":{"emailDelivery":{"useDapr":false}}}""", "spec.services",
            "services.*.useDapr: false needs broker: kafka, because the services' own client speaks only Kafka.", true
        },
        { $$"""{ {{Kafka}},"auth":"password"} }""", "spec.kafka.auth", "kafka.auth: password needs kafka.username and kafka.password.", true },
        { $$"""{ {{Kafka}},"auth":"password","username":{{Secret}}} }""", "spec.kafka.auth", "kafka.auth: password needs kafka.username and kafka.password.", true },
        { $$"""{ {{Kafka}},"auth":"password","password":{{Secret}}} }""", "spec.kafka.auth", "kafka.auth: password needs kafka.username and kafka.password.", true },
        { $$"""{ {{Kafka}},"auth":"mtls","tls":true,"clientKey":{{Secret}}} }""", "spec.kafka.auth", "kafka.auth: mtls needs kafka.clientCert and kafka.clientKey.", true },
        { $$"""{ {{Kafka}},"auth":"mtls","tls":true,"clientCert":{{Secret}}} }""", "spec.kafka.auth", "kafka.auth: mtls needs kafka.clientCert and kafka.clientKey.", true },
        {
            $$"""{ {{Kafka}},"auth":"mtls","clientCert":{{Secret}},"clientKey":{{Secret}}} }""", "spec.kafka.tls",
            "kafka.auth: mtls needs kafka.tls: true; a client certificate is part of TLS.", true
        },
        { $$"""{ {{Kafka}},"tls":true} }""", "spec.kafka.tls", "kafka.tls: true needs kafka.auth: password or mtls; Dapr uses no TLS without authentication.", true },
        { $$"""{"broker":"redis","redis":{"host":"redis:6379","username":{{Secret}}} }""", "spec.redis.username", "redis.username needs redis.password.", true },
        {
            $$"""{ {{Kafka}}},"redis":{"redeliverInterval":"0s"} }""", "spec.redis.redeliverInterval",
            "redis.redeliverInterval has to be 100ms or more; 0 would switch redelivery off, and a crash would lose events.", true
        },
        { $$"""{ {{Kafka}}},"redis":{"redeliverInterval":"61m"} }""", "spec.redis.redeliverInterval", "redis.redeliverInterval has to be 1h or less.", true },
        { $$"""{ {{Kafka}}},"sidecar":{"gracefulShutdown":"1500ms"} }""", "spec.sidecar.gracefulShutdown", "sidecar.gracefulShutdown is in whole seconds, for example 10s.", true },
        {
            $$"""{ {{Kafka}}},"redis":{"processingTimeout":"5s"},"delivery":{"handlerTimeout":"5s"} }""", "spec.redis.processingTimeout",
            "redis.processingTimeout has to be longer than delivery.handlerTimeout; else an event is delivered again while it is being handled.", true
        },
        { $$"""{ {{Kafka}}},"services":{"backend":{"appId":"notification-service"} } }""", "spec.services", "services.*.appId: each service needs one of its own.", true },
        { $$"""{ {{Kafka}}},"services":{"backend":{"deployment":"api"},"notification":{"deployment":"api"} } }""", "spec.services", "services.*.deployment: each service needs one of its own.", true },
        { $$"""{ {{Kafka}}},"rollout":{"stepTimeout":"1m","soak":"60s"} }""", "spec.rollout.stepTimeout", "rollout.stepTimeout has to be longer than rollout.soak, which is no progress either.", true },
        {
            $$"""{ {{Kafka}}},"rollout":{"stepTimeout":"1m","analysis":{"initialDelay":"60s"} } }""", "spec.rollout.stepTimeout",
            "rollout.stepTimeout has to be longer than rollout.analysis.initialDelay, in which nothing can be judged.", true
        },
        { $$"""{ {{Kafka}}},"sidecar":{"memoryRequest":"300Mi"} }""", "spec.sidecar.memoryLimit", "sidecar.memoryLimit is below sidecar.memoryRequest; pods with such a sidecar are refused.", false },
        { $$"""{ {{Kafka}}},"sidecar":{"cpuLimit":"10m"} }""", "spec.sidecar.cpuLimit", "sidecar.cpuLimit is below sidecar.cpuRequest; pods with such a sidecar are refused.", false },
    };

    /// <summary>Each duration of the spec: just out of its bounds on either side, and what the other fields must be so that nothing else is wrong.</summary>
    public static TheoryData<string, string, string, string, string> Durations() => new()
    {
        { "redis.processingTimeout", "999ms", "1h1s", "1s to 1h", "delivery.handlerTimeout=100ms" },
        { "redis.retention", "59s", "8760h1s", "1m to 8760h", "" },
        { "stateStore.cleanupInterval", "999ms", "720h1s", "1s to 720h", "" },
        { "management.timeout", "99ms", "1m1s", "100ms to 1m", "" },
        { "delivery.backoff", "9ms", "1m1s", "10ms to 1m", "" },
        { "delivery.handlerTimeout", "99ms", "10m1s", "100ms to 10m", "redis.processingTimeout=1h" },
        { "delivery.bulk.maxAwait", "0s", "1m1s", "1ms to 1m", "" },
        { "sidecar.blockShutdown", "", "10m1s", "0s to 10m", "" },
        { "sidecar.gracefulShutdown", "0s", "10m1s", "1s to 10m", "" },
        { "rollout.stepTimeout", "999ms", "168h1s", "1s to 168h", "rollout.soak=0s" },
        { "rollout.soak", "", "24h1s", "0s to 24h", "rollout.stepTimeout=168h" },
        { "rollout.analysis.interval", "99ms", "1h1s", "100ms to 1h", "" },
        { "rollout.analysis.initialDelay", "", "24h1s", "0s to 24h", "rollout.stepTimeout=168h" },
        { "rollout.analysis.minLatencyIncrease", "", "1h1s", "0s to 1h", "" },
        { "drain.timeout", "999ms", "168h1s", "1s to 168h", "" },
        { "drain.publishTimeout", "99ms", "10m1s", "100ms to 10m", "" },
        { "drain.hold", "", "1h1s", "0s to 1h", "" },
    };

    public static TheoryData<string> Right() =>
    [
        """{"services":{"backend":{"useDapr":false},"notification":{"useDapr":false},"emailDelivery":{"useDapr":false},"recurringTask":{"useDapr":false}}}""",
        $$"""{ {{Kafka}}} }""",
        """{"useDapr":false}""",
        """{"broker":"redis","redis":{"host":"redis:6379"}}""",
        $$"""{ {{Kafka}},"auth":"password","username":{{Secret}},"password":{{Secret}}} }""",
        $$"""{ {{Kafka}},"auth":"mtls","tls":true,"clientCert":{{Secret}},"clientKey":{{Secret}}} }""",
        $$"""{ {{Kafka}}},"services":{"emailDelivery":{"useDapr":false},"backend":{"appId":"api","deployment":"api"} } }""",
        $$"""{ {{Kafka}}},"sidecar":{"cpuLimit":"1","cpuRequest":"1000m","memoryRequest":"256Mi"} }""",
        """{"broker":"redis","redis":{"host":"redis:6379","redeliverInterval":"100ms","processingTimeout":"11s"}}""",
    ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void The_preflight_names_the_field_and_what_to_change(string spec, string field, string message, bool refused)
    {
        Assert.Equal([(field, message)], SpecRules.Broken(Read(spec)));
        Assert.Contains(field, Wrong().Select(w => w.Data.Item2));
        _ = refused;
    }

    [Fact]
    public void A_broker_that_does_not_exist() => Assert.Equal([("spec.broker", "broker is kafka or redis.")], SpecRules.Broken(Read("""{"broker":"nats"}""")));

    [Fact]
    public async Task The_API_server_says_the_same()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        foreach (var (spec, field, message, refused) in Wrong().Select(w => w.Data))
        {
            world.Spec.Clear();
            foreach (var (name, value) in JsonNode.Parse(spec)!.AsObject())
            {
                world.Spec[name] = value?.DeepClone();
            }

            if (refused)
            {
                var e = await Assert.ThrowsAsync<KubernetesException>(world.CheckAsync);
                Assert.Equal(KubernetesError.Invalid, e.Error);
                Assert.Contains(e.Status.Details!.Causes!, c => c.Field == field && c.Message!.EndsWith(message, StringComparison.Ordinal));
            }
            else
            {
                Assert.Contains(CheckResult.Failed($"spec/{field["spec.".Length..]}", message), await world.CheckAsync());
            }
        }
    }

    [Fact]
    public void Every_duration_of_the_spec_has_bounds()
    {
        static IEnumerable<string> Of(Type type, string path) => type.GetProperties().SelectMany(p =>
            p.PropertyType == typeof(TimeSpan) ? [path + KubernetesJson.Default.Options.PropertyNamingPolicy!.ConvertName(p.Name)]
            : p.PropertyType.Namespace == type.Namespace && p.PropertyType.IsClass ? Of(p.PropertyType, $"{path}{KubernetesJson.Default.Options.PropertyNamingPolicy!.ConvertName(p.Name)}.")
            : []);
        Assert.Equal(
            Of(typeof(TodoPlatformSpec), string.Empty).Order(StringComparer.Ordinal),
            Durations().Select(d => d.Data.Item1).Append("redis.redeliverInterval").Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Durations))]
    public async Task A_duration_out_of_its_bounds_is_refused_by_both_and_at_them_taken(string field, string below, string above, string bounds, string others)
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        Set(world, "kafka.brokers", new JsonArray("kafka:9092"));
        if (others.Split('=') is [var name, var needed])
        {
            Set(world, name, needed);
        }

        foreach (var wrong in new[] { below, above }.Where(w => w.Length > 0))
        {
            Set(world, field, wrong);
            Assert.Equal([($"spec.{field}", $"Has to be from {bounds}.")], SpecRules.Broken(Read(world.Spec.ToJsonString())));
            var e = await Assert.ThrowsAsync<KubernetesException>(world.ApplyPlatformAsync);
            Assert.Equal([((string?)$"spec.{field}", $"Has to be from {bounds}.")], e.Status.Details!.Causes!.Select(c => (c.Field, c.Message!.Split(": ")[^1])));
        }

        foreach (var right in bounds.Split(" to "))
        {
            Set(world, field, right);
            Assert.Empty(SpecRules.Broken(Read(world.Spec.ToJsonString())));
            await world.ApplyPlatformAsync();
        }
    }

    [Theory]
    [InlineData("99999999999h")]
    [InlineData("999999h999999h999999h")]
    [InlineData("0.0000000000000000000000001s")]
    public async Task A_duration_that_cannot_be_read_does_not_get_in_where_it_would_make_every_list_unreadable(string text)
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        Set(world, "drain.timeout", text);
        var e = await Assert.ThrowsAsync<KubernetesException>(world.ApplyPlatformAsync);
        Assert.Equal(KubernetesError.Invalid, e.Error);
        Assert.Contains("spec.drain.timeout", e.Status.Details!.Causes!.Select(c => c.Field));
    }

    [Fact]
    public async Task What_is_right_passes_both()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        foreach (var spec in Right().Select(r => r.Data))
        {
            Assert.Empty(SpecRules.Broken(Read(spec)));
            world.Spec.Clear();
            foreach (var (name, value) in JsonNode.Parse(spec)!.AsObject())
            {
                world.Spec[name] = value?.DeepClone();
            }

            await world.ApplyPlatformAsync();
        }
    }

    [Theory]
    [InlineData("""{"broker":"nats"}""", "spec.broker")]
    [InlineData("""{"kafka":{"version":"3"}}""", "spec.kafka.version")]
    [InlineData("""{"rollout":{"analysis":{"maxFailurePercent":101}}}""", "spec.rollout.analysis.maxFailurePercent")]
    [InlineData("""{"tracing":{"endpoint":"http://otel:4317","sampling":1}}""", "spec.tracing.endpoint")]
    [InlineData("""{"services":{"backend":{"port":0}}}""", "spec.services.backend.port")]
    [InlineData("""{"delivery":{"backoff":"soon"}}""", "spec.delivery.backoff")]
    public async Task What_a_field_alone_makes_impossible_the_schema_refuses_with_its_path(string spec, string field)
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        foreach (var (name, value) in JsonNode.Parse(spec)!.AsObject())
        {
            world.Spec[name] = value?.DeepClone();
        }

        var e = await Assert.ThrowsAsync<KubernetesException>(world.CheckAsync);
        Assert.Contains(field, e.Status.Details!.Causes!.Select(c => c.Field));
    }

    private static void Set(PreflightWorld world, string path, JsonNode value)
    {
        var names = path.Split('.');
        var parent = world.Spec;
        foreach (var name in names[..^1])
        {
            parent = (parent[name] ??= new JsonObject()).AsObject();
        }

        parent[names[^1]] = value;
    }

    private static TodoPlatformSpec Read(string spec) => KubernetesJson.Default.FromNode<TodoPlatformSpec>(JsonNode.Parse(spec)!);
}

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
        { "{}", "spec.kafka.brokers", "broker: kafka with useDapr: true needs kafka.brokers, for example [\"kafka-1:9092\"].", true },
        { """{"broker":"redis"}""", "spec.redis.host", "broker: redis needs redis.host, for example \"redis:6379\".", true },
        { """{"broker":"redis","redis":{"host":""}}""", "spec.redis.host", "broker: redis needs redis.host, for example \"redis:6379\".", true },
        {
            """{"broker":"redis","redis":{"host":"redis:6379"},"services":{"emailDelivery":{"useDapr":false}}}""", "spec.services",
            "services.*.useDapr: false needs broker: kafka, because the services' own client speaks only Kafka.", true
        },
        { $$"""{ {{Kafka}},"auth":"password"} }""", "spec.kafka.auth", "kafka.auth: password needs kafka.username and kafka.password.", true },
        { $$"""{ {{Kafka}},"auth":"password","username":{{Secret}}} }""", "spec.kafka.auth", "kafka.auth: password needs kafka.username and kafka.password.", true },
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

    public static TheoryData<string> Right() =>
    [
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

    private static TodoPlatformSpec Read(string spec) => KubernetesJson.Default.FromNode<TodoPlatformSpec>(JsonNode.Parse(spec)!);
}

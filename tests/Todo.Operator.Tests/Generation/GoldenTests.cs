using System.Text;
using System.Text.Json;
using Kubernetes.Operator.Manifests;
using Todo.Operator.Generation;
using Todo.Operator.Resource;

namespace Todo.Operator.Tests.Generation;

/// <summary>What is generated, to the byte. Set UPDATE_GOLDEN=1 to write the files anew, and read the difference.</summary>
public sealed class GoldenTests
{
    private static readonly TodoPlatformSpec Sample = new()
    {
        Kafka = new KafkaSpec { Brokers = ["127.40.0.2:9092"] },
        Redis = new RedisSpec { Host = "127.40.0.3:6379" },
    };

    private static readonly TodoPlatformSpec Secured = new()
    {
        Kafka = new KafkaSpec
        {
            Brokers = ["kafka-1:9093", "kafka-2:9093"],
            Auth = "password",
            Mechanism = "SCRAM-SHA-256",
            Tls = true,
            Username = new SecretReference { Name = "kafka", Key = "user" },
            Password = new SecretReference { Name = "kafka", Key = "password" },
            CaCert = new SecretReference { Name = "kafka", Key = "ca.crt" },
        },
        Redis = new RedisSpec { Host = "redis:6380", Tls = true, Password = new SecretReference { Name = "redis", Key = "password" } },
        Tracing = new TracingSpec { Endpoint = "otel-collector:4317", Sampling = 0.25 },
        Delivery = new DeliverySpec { Bulk = new BulkSpec { Enabled = true } },
    };

    public static TheoryData<string> Names() => ["sample", "secured"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Dapr_resources_are_as_recorded(string name)
    {
        var generated = DaprGenerator.Generate(Context(name));
        var actual = YamlWriter.Write(generated.Select(g => g.Manifest), $"What a TodoPlatform generates ({name}).");
        var path = Repository.Path("tests", "Todo.Operator.Tests", "Generation", $"{name}.golden.yaml");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }

    [Fact]
    public void The_same_spec_gives_the_same_bytes() =>
        Assert.Equal(
            DaprGenerator.Generate(Context("secured")).Select(g => g.Manifest.ToJsonString()),
            DaprGenerator.Generate(Context("secured")).Select(g => g.Manifest.ToJsonString()));

    [Fact]
    public void Redis_retries_outlast_the_processing_timeout_and_reach_every_consumer()
    {
        var context = Context("sample");
        foreach (var generated in DaprGenerator.Generate(context).Where(g => g.Key.Kind == Operator.Decisions.GeneratedKind.Resiliency && g.Key.Name != "todo-backend"))
        {
            var policy = generated.Manifest["spec"]!["policies"]!["retries"]!["redis-inbound"]!;
            Assert.Equal("1s", policy["duration"]!.GetValue<string>());
            Assert.True(TimeSpan.FromSeconds(policy["maxRetries"]!.GetValue<int>()) > context.Spec.Redis.ProcessingTimeout, "pauses of 1 s have to last longer in all");
            Assert.Equal("redis-inbound", generated.Manifest["spec"]!["targets"]!["components"]![generated.Key.Name.Replace("todo-", "todo-redis-", StringComparison.Ordinal)]!["inbound"]!["retry"]!.GetValue<string>());
        }
    }

    [Fact]
    public void No_secret_value_is_ever_generated() =>
        Assert.DoesNotContain(
            DaprGenerator.Generate(Context("secured")),
            g => JsonSerializer.Serialize(g.Manifest).Contains("\"name\":\"saslPassword\",\"value\"", StringComparison.Ordinal));

    private static GenerationContext Context(string name) =>
        new(name == "sample" ? Sample : Secured, "default", "todo", "00000000-0000-0000-0000-000000000001");
}

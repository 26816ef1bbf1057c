using System.Text.Json;
using Kubernetes.Client.Serialization;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Observation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Generation;

/// <summary>Which broker an endpoint is.</summary>
public sealed class EndpointTests
{
    private static readonly SecretReference Secret = new() { Name = "s", Key = "k" };
    private static readonly KafkaSpec Two = new() { Brokers = ["kafka-1:9092", "kafka-2:9092"] };
    private static readonly BrokerEndpoints Used = BrokerEndpoints.Resolve(Spec(Two), BrokerEndpoints.None.Add(Broker.Kafka, BrokerEndpoint.Of(Two)), keep: false);

    public static TheoryData<string, string[]> Same() => new()
    {
        { "reordered", ["kafka-2:9092", "kafka-1:9092"] },
        { "one more", ["kafka-1:9092", "kafka-2:9092", "kafka-3:9092"] },
        { "one less", ["kafka-2:9092"] },
        { "one stays", ["kafka-9:9092", "kafka-1:9092"] },
        { "another spelling", [" KAFKA-1:9092"] },
    };

    [Theory]
    [MemberData(nameof(Same))]
    public void An_address_that_stays_tells_that_it_is_the_same_broker(string how, string[] brokers)
    {
        var resolved = BrokerEndpoints.Resolve(Spec(new KafkaSpec { Brokers = brokers }), Used.Known, keep: false);
        Assert.True(resolved.Kafka == Broker.Kafka, how);
        Assert.Equal(brokers, resolved.Known[Broker.Kafka].Kafka!.Brokers);
    }

    [Fact]
    public void New_credentials_are_no_other_broker()
    {
        var resolved = BrokerEndpoints.Resolve(Spec(Two with { Auth = "password", Username = Secret, Password = Secret, Mechanism = "PLAIN" }), Used.Known, keep: false);
        Assert.Equal(Broker.Kafka, resolved.Kafka);
    }

    [Fact]
    public void Addresses_that_are_all_others_are_another_broker_with_a_mark_and_the_old_ones_settings_stay()
    {
        var resolved = BrokerEndpoints.Resolve(Spec(new KafkaSpec { Brokers = ["msk-1:9092"] }), Used.Known, keep: false);
        Assert.Matches("^kafka-[0-9a-f]{8}$", resolved.Kafka.Name());
        Assert.Equal(Two.Brokers, resolved.Known[Broker.Kafka].Kafka!.Brokers);
        Assert.Equal(["msk-1:9092"], resolved.Known[resolved.Kafka].Kafka!.Brokers);

        // And back: the first one has its usual name again.
        Assert.Equal(Broker.Kafka, BrokerEndpoints.Resolve(Spec(Two), resolved.Known, keep: false).Kafka);
    }

    [Fact]
    public void A_mark_is_made_from_addresses_TLS_and_authentication()
    {
        var marks = new[]
        {
            Two, Two with { Brokers = ["kafka-1:9092"] }, Two with { Auth = "password" }, Two with { Auth = "password", Tls = true },
        }.Select(k => BrokerEndpoint.Of(k).Mark()).ToList();
        Assert.Equal(marks.Count, marks.Distinct().Count());
        Assert.Equal(marks[0], BrokerEndpoint.Of(Two with { Brokers = ["kafka-2:9092", "kafka-1:9092"], Version = "3.0.0" }).Mark());
    }

    [Fact]
    public void Another_address_of_a_broker_that_is_not_asked_for_means_nothing_yet()
    {
        var used = Used.Known.SetItem(Broker.Redis, BrokerEndpoint.Of(new RedisSpec { Host = "redis-1:6379" }));
        var resolved = BrokerEndpoints.Resolve(Spec(Two) with { Redis = new RedisSpec { Host = "redis-2:6379" } }, used, keep: false);
        Assert.Equal([Broker.Kafka, Broker.Redis], resolved.Known.Keys);
        Assert.Equal("redis-1:6379", resolved.Known[Broker.Redis].Redis!.Host);
    }

    [Fact]
    public void On_the_way_back_the_settings_that_worked_count()
    {
        var edited = Spec(Two with { Version = "3.9.0" });
        Assert.Equal("2.0.0", BrokerEndpoints.Resolve(edited, Used.Known, keep: true).Known[Broker.Kafka].Kafka!.Version);
        Assert.Equal("3.9.0", BrokerEndpoints.Resolve(edited, Used.Known, keep: false).Known[Broker.Kafka].Kafka!.Version);
    }

    [Fact]
    public void A_platform_that_never_changed_its_endpoints_has_the_usual_names_only() =>
        Assert.All(DaprGenerator.Generate(Context(Spec(Two), BrokerEndpoints.Of(Spec(Two)))), g => Assert.True(g.Key.Broker?.Mark is null));

    [Fact]
    public void Two_Kafkas_live_side_by_side_each_with_its_own_addresses_and_both_with_policies()
    {
        var spec = Spec(new KafkaSpec { Brokers = ["msk-1:9092"], ConsumerGroups = new ConsumerGroupsSpec { Notification = "moved" } });
        var endpoints = BrokerEndpoints.Resolve(spec, Used.Known, keep: false);
        var generated = DaprGenerator.Generate(Context(spec, endpoints));
        Assert.Equal(generated.Count, generated.Select(g => (g.Key.Kind, g.Key.Name)).Distinct().Count());

        string Field(Broker broker, string field) => generated.Single(g => g.Key.Name == new Names("todo").Component(broker, "notification-service"))
            .Manifest["spec"]!["metadata"]!.AsArray().Single(m => m!["name"]!.GetValue<string>() == field)!["value"]!.GetValue<string>();
        Assert.Equal(("kafka-1:9092,kafka-2:9092", "msk-1:9092"), (Field(Broker.Kafka, "brokers"), Field(endpoints.Kafka, "brokers")));
        Assert.Equal(("notification-service-group", "moved"), (Field(Broker.Kafka, "consumerGroup"), Field(endpoints.Kafka, "consumerGroup")));
        var targets = generated.Single(g => g.Key is { Kind: GeneratedKind.Resiliency, App: ServiceId.Notification }).Manifest["spec"]!["targets"]!["components"]!.AsObject();
        Assert.Equal(["todo-kafka-notification-service", "todo-redis-notification-service", $"todo-{endpoints.Kafka.Name()}-notification-service"], targets.Select(t => t.Key));
        Assert.Equal("kafka-inbound", targets[$"todo-{endpoints.Kafka.Name()}-notification-service"]!["inbound"]!["retry"]!.GetValue<string>());
    }

    [Fact]
    public void Settings_are_read_back_from_the_Components_that_were_made_from_them()
    {
        var spec = new TodoPlatformSpec
        {
            Kafka = new KafkaSpec
            {
                Brokers = ["a:9093", "b:9093"], Auth = "password", Mechanism = "SCRAM-SHA-256", Tls = true, Username = Secret, Password = Secret, CaCert = Secret, Version = "3.1.0",
                InitialOffset = "newest", ConsumerGroups = new ConsumerGroupsSpec { EmailDelivery = "mails" },
            },
            Redis = new RedisSpec { Host = "redis:6380", Tls = true, Password = Secret, ProcessingTimeout = TimeSpan.FromSeconds(33), RedeliverInterval = TimeSpan.FromMilliseconds(700) },
        };
        var context = Context(spec, BrokerEndpoints.Of(spec));
        foreach (var broker in Broker.Usual)
        {
            var components = DaprGenerator.Generate(context).Where(g => g.Key.Kind == GeneratedKind.Component && g.Key.Broker == broker)
                .Select(g => (context.Apps.First(a => a.Id == g.Key.App), KubernetesJson.Default.FromNode<DaprComponent>(g.Manifest))).ToList();
            Assert.Equal(JsonSerializer.Serialize(context.Endpoints.Known[broker]), JsonSerializer.Serialize(EndpointReader.Read(components)));
        }
    }

    private static TodoPlatformSpec Spec(KafkaSpec kafka) => new() { Kafka = kafka, Redis = new RedisSpec { Host = "redis:6379" } };

    private static GenerationContext Context(TodoPlatformSpec spec, BrokerEndpoints endpoints) => new(spec, "default", "todo", "uid") { Endpoints = endpoints };
}

using LocalCluster.Dependencies;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Observation;
using Todo.Operator.Preflight;
using Todo.Operator.Preflight.Brokers;
using Todo.Operator.Resource;
using Todo.Operator.Tests.Cluster;
using Todo.Operator.Tests.Preflight;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Observation;

/// <summary>A real Redis and the Kafka of the tests say what they have yet to hand over.</summary>
public sealed class BrokerBacklogTests(TestBackends backends)
{
    private const string Consumer = "notification-service";

    // No Secret is named, so nobody is asked for one.
    private readonly BrokerBacklog _backlog = new(new BrokerAccess(new SecretReader(client: null!), TimeProvider.System));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_counts_what_is_not_acknowledged_and_what_was_never_handed_over()
    {
        await using var redis = await RedisServer.StartAsync(new Endpoint(TestBackends.NextAddress().ToString(), 6379), backends.NewFolder(), Cancelled);
        Assert.Equal(Known.Of(0L), await AskRedisAsync(redis));

        await redis.CommandAsync("XGROUP", "CREATE", PlatformTopology.TaskEvents, Consumer, "0", "MKSTREAM");
        await redis.CommandAsync("XGROUP", "CREATE", PlatformTopology.TaskEvents, "somebody-else", "0");
        List<string> ids = [];
        for (var n = 0; n < 5; n++)
        {
            ids.Add((string)(await redis.CommandAsync("XADD", PlatformTopology.TaskEvents, "*", "data", "{}"))!);
        }

        await redis.CommandAsync("XREADGROUP", "GROUP", Consumer, "pod", "COUNT", "2", "STREAMS", PlatformTopology.TaskEvents, ">");
        await redis.CommandAsync("XACK", PlatformTopology.TaskEvents, Consumer, ids[0]);
        Assert.Equal(Known.Of(4L), await AskRedisAsync(redis));

        // Redis cannot count on from an entry that is gone; it still tells that there is more.
        await redis.CommandAsync("XDEL", PlatformTopology.TaskEvents, ids[3]);
        Assert.InRange((await AskRedisAsync(redis)).Value, 2, 4);

        await redis.CommandAsync("XREADGROUP", "GROUP", Consumer, "pod", "COUNT", "9", "STREAMS", PlatformTopology.TaskEvents, ">");
        await redis.CommandAsync(["XACK", PlatformTopology.TaskEvents, Consumer, .. ids]);
        Assert.Equal(Known.Of(0L), await AskRedisAsync(redis));
    }

    [Fact]
    public async Task Kafka_counts_from_the_committed_offset_of_each_partition_to_its_end()
    {
        await using var kafka = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        var context = Context(new TodoPlatformSpec { Kafka = new KafkaSpec { Brokers = [kafka.BootstrapServers] } });
        var group = context.Apps.First(a => a.AppId == Consumer).ConsumerGroup ?? Consumer;
        await KafkaRecords.ProduceAsync(kafka, PlatformTopology.TaskEvents, partition: 0, DateTimeOffset.UtcNow, count: 5);
        await KafkaRecords.ProduceAsync(kafka, PlatformTopology.TaskEvents, partition: 1, DateTimeOffset.UtcNow, count: 4);
        Assert.Equal(Known.Of(0L), await _backlog.ReadAsync(context, Broker.Kafka, Cancelled));

        await KafkaRecords.CommitAsync(kafka, group, PlatformTopology.TaskEvents, partition: 0, offset: 3);
        await KafkaRecords.CommitAsync(kafka, group, PlatformTopology.TaskEvents, partition: 1, offset: 1);
        Assert.Equal(Known.Of(5L), await _backlog.ReadAsync(context, Broker.Kafka, Cancelled));
    }

    [Fact]
    public async Task A_broker_that_is_away_is_not_known_to_be_empty()
    {
        var answer = await _backlog.ReadAsync(Context(new TodoPlatformSpec { Redis = new RedisSpec { Host = $"{TestBackends.NextAddress()}:6379" } }), Broker.Redis, Cancelled);
        Assert.False(answer.IsKnown);
        Assert.Contains("does not accept connections (ConnectionRefused)", answer.Why, StringComparison.Ordinal);
    }

    private Task<Known<long>> AskRedisAsync(RedisServer redis) =>
        _backlog.ReadAsync(Context(new TodoPlatformSpec { Redis = new RedisSpec { Host = redis.Process.Spec.Endpoints[0].ToString() } }), Broker.Redis, Cancelled);

    private static GenerationContext Context(TodoPlatformSpec spec) => new(spec, "default", "todo", "uid");
}

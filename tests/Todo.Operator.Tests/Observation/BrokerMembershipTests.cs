using LocalCluster.Dependencies;
using LocalCluster.Kafka;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Observation;
using Todo.Operator.Preflight;
using Todo.Operator.Preflight.Brokers;
using Todo.Operator.Resource;
using Todo.Operator.Tests.Cluster;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Observation;

/// <summary>A real Redis and the Kafka of the tests say who listens.</summary>
public sealed class BrokerMembershipTests(TestBackends backends)
{
    private const string Group = "notification-service-group";
    private const string Events = PlatformTopology.TaskEvents;
    private const string DeadLetters = "task-events-dlq.notification-service";

    // No Secret is named, so nobody is asked for one.
    private readonly BrokerMembership _membership = new(new BrokerAccess(new SecretReader(client: null!), TimeProvider.System));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kafka_tells_which_partitions_have_no_member_and_what_kind_of_member_there_is()
    {
        await using var kafka = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        var nobody = await AskAsync(kafka);
        Assert.Equal((Group, "Dead", 0, 0), (nobody.Group, nobody.State, nobody.Sidecars, nobody.Clients));
        Assert.Equal($"{Events} 0,1,2; {DeadLetters} 0", Unassigned(nobody));

        // The services' own client: dead letters are not for it.
        await using var client = GroupConsumer.Join(kafka.BootstrapServers, Group, Events);
        var direct = await UntilAsync(kafka, m => m.State == Membership.Stable);
        Assert.Equal((0, 1), (direct.Sidecars, direct.Clients));
        Assert.Equal($"{DeadLetters} 0", Unassigned(direct));

        await using var sidecar = GroupConsumer.Join(kafka.BootstrapServers, Group, Events, DeadLetters);
        var both = await UntilAsync(kafka, m => m is { State: Membership.Stable, Sidecars: 1 });
        Assert.Equal((1, 1), (both.Sidecars, both.Clients));
        Assert.Equal(string.Empty, Unassigned(both));

        await client.DisposeAsync();
        var handedOver = await UntilAsync(kafka, m => m is { State: Membership.Stable, Clients: 0 });
        Assert.Equal((1, string.Empty), (handedOver.Sidecars, Unassigned(handedOver)));

        await sidecar.DisposeAsync();
        Assert.Equal($"{Events} 0,1,2; {DeadLetters} 0", Unassigned(await UntilAsync(kafka, m => m.State == "Empty")));
    }

    [Fact]
    public async Task Redis_tells_on_which_streams_the_group_was_made()
    {
        await using var redis = await RedisServer.StartAsync(new Endpoint(TestBackends.NextAddress().ToString(), 6379), backends.NewFolder(), Cancelled);
        Assert.Equal($"{Events} False; {DeadLetters} False", await MadeAsync(redis));

        await redis.CommandAsync("XGROUP", "CREATE", Events, "somebody-else", "0", "MKSTREAM");
        await redis.CommandAsync("XGROUP", "CREATE", DeadLetters, "notification-service", "0", "MKSTREAM");
        Assert.Equal($"{Events} False; {DeadLetters} True", await MadeAsync(redis));

        await redis.CommandAsync("XGROUP", "CREATE", Events, "notification-service", "0");
        Assert.Equal($"{Events} True; {DeadLetters} True", await MadeAsync(redis));
    }

    [Fact]
    public async Task A_broker_that_is_away_says_nothing()
    {
        var answer = await _membership.ReadAsync(Context(new TodoPlatformSpec { Kafka = new KafkaSpec { Brokers = [$"{TestBackends.NextAddress()}:9092"] } }), Broker.Kafka, Cancelled);
        Assert.False(answer.IsKnown);
        Assert.Contains("does not accept connections (ConnectionRefused)", answer.Why, StringComparison.Ordinal);
    }

    private async Task<Membership> AskAsync(KafkaBroker kafka)
    {
        var answer = await _membership.ReadAsync(Context(new TodoPlatformSpec { Kafka = new KafkaSpec { Brokers = [kafka.BootstrapServers] } }), Broker.Kafka, Cancelled);
        Assert.True(answer.IsKnown, answer.Why);
        return answer.Value![ServiceId.Notification];
    }

    private async Task<Membership> UntilAsync(KafkaBroker kafka, Func<Membership, bool> wanted)
    {
        var last = await AskAsync(kafka);
        await Eventually.Async(async () => wanted(last = await AskAsync(kafka)), TimeSpan.FromSeconds(20), () => last.ToString());
        return last;
    }

    private async Task<string> MadeAsync(RedisServer redis)
    {
        var answer = await _membership.ReadAsync(Context(new TodoPlatformSpec { Redis = new RedisSpec { Host = redis.Process.Spec.Endpoints[0].ToString() } }), Broker.Redis, Cancelled);
        Assert.True(answer.IsKnown, answer.Why);
        var found = answer.Value![ServiceId.Notification];
        Assert.Equal(("notification-service", null), (found.Group, found.State));
        return string.Join("; ", found.Topics.Select(t => $"{t.Topic} {t.HasGroup}"));
    }

    private static string Unassigned(Membership found) =>
        string.Join("; ", found.Topics.Where(t => t.Unassigned.Count > 0).OrderBy(t => t.Topic, StringComparer.Ordinal).Select(t => $"{t.Topic} {string.Join(',', t.Unassigned)}"));

    private static GenerationContext Context(TodoPlatformSpec spec) => new(spec, "default", "todo", "uid");
}

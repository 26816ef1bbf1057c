using LocalCluster.Dependencies;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Observation;
using Todo.Operator.Preflight;
using Todo.Operator.Preflight.Brokers;
using Todo.Operator.Preflight.Wire;
using Todo.Operator.Preflight.Wire.Redis;
using Todo.Operator.Resource;
using Todo.Operator.Retention;
using Todo.Operator.Tests.Cluster;
using Todo.Operator.Tests.Decisions;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Retention;

/// <summary>What is removed from the streams of a real Redis, and what never is.</summary>
public sealed class StreamRetentionTests(TestBackends backends) : IAsyncLifetime
{
    private const string Stream = PlatformTopology.TaskEvents;
    private const string Consumer = "notification-service";
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private RedisServer _redis = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync(new Endpoint(TestBackends.NextAddress().ToString(), 6379), backends.NewFolder(), Cancelled);

        // Redis trims by whole nodes; with one entry in each, every entry tells.
        await _redis.CommandAsync("CONFIG", "SET", "stream-node-max-entries", "1");
        await _redis.CommandAsync("XGROUP", "CREATE", Stream, Consumer, "0", "MKSTREAM");
    }

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    [Fact]
    public async Task What_is_handled_by_all_and_old_goes_and_what_is_young_stays()
    {
        await AddAsync(old: 5, young: 3);
        await HandleAsync(Consumer, 8);
        Assert.Equal(5, await TrimAsync(Hour));
        Assert.Equal(3, await LengthAsync());
        Assert.Equal(0, await TrimAsync(Hour));
    }

    [Fact]
    public async Task What_was_never_handed_over_stays_however_old()
    {
        await AddAsync(old: 6, young: 0);
        await HandleAsync(Consumer, 2);
        Assert.Equal(1, await TrimAsync(Hour));
        Assert.Equal(5, await LengthAsync());
        Assert.Equal(Known.Of(4L), await BacklogAsync());
    }

    [Fact]
    public async Task What_is_pending_stays_and_so_does_what_came_after_it()
    {
        await AddAsync(old: 6, young: 0);
        await HandleAsync(Consumer, 6, unacknowledged: 3);
        Assert.Equal(3, await TrimAsync(Hour));
        Assert.Equal(3, await LengthAsync());
    }

    [Fact]
    public async Task The_slowest_group_counts_somebody_elses_too()
    {
        await AddAsync(old: 6, young: 0);
        await _redis.CommandAsync("XGROUP", "CREATE", Stream, "somebody-else", "0");
        await HandleAsync(Consumer, 6);
        Assert.Equal(0, await TrimAsync(Hour));
        await HandleAsync("somebody-else", 4);
        Assert.Equal(3, await TrimAsync(Hour));
    }

    [Fact]
    public async Task Nothing_goes_while_a_consumer_has_no_group_yet()
    {
        await AddAsync(old: 6, young: 0);
        await _redis.CommandAsync("XGROUP", "CREATE", Stream, "somebody-else", "$");
        await _redis.CommandAsync("XGROUP", "DESTROY", Stream, Consumer);
        Assert.Equal(0, await TrimAsync(Hour));
        Assert.Equal(6, await LengthAsync());
    }

    [Fact]
    public async Task A_stream_without_groups_and_a_key_that_is_none_are_left_alone()
    {
        await AddAsync(old: 2, young: 0);
        await _redis.CommandAsync("XGROUP", "DESTROY", Stream, Consumer);
        await _redis.CommandAsync("SET", PlatformTopology.TaskReminders, "mine");
        Assert.Equal(0, await TrimAsync(TimeSpan.Zero));
        Assert.Equal(2, await LengthAsync());
    }

    [Fact]
    public async Task After_trimming_the_backlog_is_still_counted_right()
    {
        await AddAsync(old: 5, young: 4);
        await HandleAsync(Consumer, 7, unacknowledged: 1);
        Assert.Equal(5, await TrimAsync(Hour));
        Assert.Equal(Known.Of(3L), await BacklogAsync());
    }

    [Fact]
    public async Task A_user_who_may_not_trim_is_told_what_is_missing()
    {
        await AddAsync(old: 2, young: 0);
        await HandleAsync(Consumer, 2);
        await _redis.CommandAsync("ACL", "SETUSER", "default", "-xtrim");
        var failure = await Assert.ThrowsAsync<WireFailure>(() => TrimAsync(Hour));
        Assert.EndsWith("The Redis user of spec.redis needs +time +type +xinfo +xpending +xtrim", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_Redis_in_use_is_trimmed_and_only_at_rest()
    {
        var redis = Goal.Dapr(Broker.Redis);
        var settled = Engine.Decide(Snapshot.On(redis, Snapshot.Finished(redis)));
        Assert.NotNull(StreamKeeper.Of(Context, settled));
        Assert.Null(StreamKeeper.Of(Context, settled with { Memory = settled.Memory with { Drains = settled.Memory.Drains.Add(Broker.Kafka, new DrainNote()) } }));
        Assert.Null(StreamKeeper.Of(Context, settled with { Memory = settled.Memory with { FinishedAt = null } }));
        Assert.Null(StreamKeeper.Of(Context, settled with { Phase = Phase.Reconfiguring }));

        // A drain from Redis: the move leads elsewhere.
        var leaving = Engine.Decide(Snapshot.Between(redis, Goal.Dapr(Broker.Kafka), 4, Snapshot.UnderWay(redis, Goal.Dapr(Broker.Kafka))));
        Assert.Null(StreamKeeper.Of(Context, leaving));
        var kafka = Goal.Dapr(Broker.Kafka);
        Assert.Null(StreamKeeper.Of(Context, Engine.Decide(Snapshot.On(kafka, Snapshot.Finished(kafka)))));
    }

    private GenerationContext Context => new(new TodoPlatformSpec { Redis = new RedisSpec { Host = _redis.Process.Spec.Endpoints[0].ToString() } }, "default", "todo", "uid");

    /// <summary>Entries of two hours ago, and of now.</summary>
    private async Task AddAsync(int old, int young)
    {
        var then = DateTimeOffset.UtcNow.AddHours(-2).ToUnixTimeMilliseconds();
        for (var n = 0; n < old; n++)
        {
            await _redis.CommandAsync("XADD", Stream, $"{then}-{n}", "data", "{}");
        }

        for (var n = 0; n < young; n++)
        {
            await _redis.CommandAsync("XADD", Stream, "*", "data", "{}");
        }
    }

    /// <summary>Hands entries over and acknowledges all but the last ones.</summary>
    private async Task HandleAsync(string group, int count, int unacknowledged = 0)
    {
        await _redis.CommandAsync("XREADGROUP", "GROUP", group, "pod", "COUNT", $"{count}", "STREAMS", Stream, ">");
        var pending = (object?[])(await _redis.CommandAsync("XPENDING", Stream, group, "-", "+", "1000"))!;
        foreach (var entry in pending.Take(count - unacknowledged).Cast<object?[]>())
        {
            await _redis.CommandAsync("XACK", Stream, group, (string)entry[0]!);
        }
    }

    private async Task<long> TrimAsync(TimeSpan retention)
    {
        await using var client = await RedisClient.ConnectAsync(WireEndpoint.Parse(_redis.Process.Spec.Endpoints[0].ToString())!, null, null, null, Cancelled);
        return (await new StreamRetention(client).TrimAsync(Context, retention, Cancelled)).Values.Sum();
    }

    private async Task<long> LengthAsync() => (long)(await _redis.CommandAsync("XLEN", Stream))!;

    /// <summary>A machine that is busy may not answer within the time that the operator waits; it is asked again, as the operator does.</summary>
    private async Task<Known<long>> BacklogAsync()
    {
        var backlog = Known.Unknown<long>("not asked");
        await Eventually.Async(
            async () =>
            {
                backlog = await new BrokerBacklog(new BrokerAccess(new SecretReader(client: null!), TimeProvider.System)).ReadAsync(Context, Broker.Redis, Cancelled);
                return backlog.IsKnown;
            },
            TimeSpan.FromMinutes(2),
            () => backlog.Why!);
        return backlog;
    }
}

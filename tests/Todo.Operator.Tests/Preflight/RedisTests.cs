using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Dependencies;
using Todo.Operator.Preflight;
using Todo.Operator.Preflight.Wire;
using Todo.Operator.Preflight.Wire.Redis;
using Todo.Operator.Tests.Cluster;

namespace Todo.Operator.Tests.Preflight;

/// <summary>A real Redis, made worse at run time.</summary>
public sealed class RedisTests(TestBackends backends) : IAsyncLifetime
{
    private readonly Endpoint _endpoint = new(TestBackends.NextAddress().ToString(), 6379);
    private RedisServer _server = null!;
    private PreflightWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync(_endpoint, backends.NewFolder(), CancellationToken.None);
        _world = await PreflightWorld.StartAsync(backends, "redis");
        _world.Spec["redis"]!["host"] = _endpoint.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_listens()
    {
        var nobody = $"{TestBackends.NextAddress()}:6379";
        _world.Spec["redis"]!["host"] = nobody;
        Assert.Equal(
            [
                $"broker/{nobody} Failed: {nobody} does not accept connections (ConnectionRefused). Is redis running, and may the operator's pod reach it?",
                "redis Unknown: Redis could not be asked (see broker).",
            ],
            await _world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_password_is_asked_for_and_none_is_given()
    {
        await TellAsync("CONFIG", "SET", "requirepass", "right");
        Assert.Contains(
            $"broker/{_endpoint} Failed: {_endpoint} asks for a password. Set spec.redis.password, or spec.redis.tls if this port expects TLS.",
            await _world.ComplaintsAsync());
    }

    [Fact]
    public async Task Fewer_connections_than_the_sidecars_pools_may_open()
    {
        // 10 places each, and two for each subscription: none, and two for each of three consumers.
        await TellAsync("CONFIG", "SET", "maxclients", "51");
        Assert.Equal(
            [
                "redis/clients Failed: maxclients is 51, and the sidecars may open 52 connections (poolSize of each app, times its pods): Redis refuses what is beyond, and publishing fails. "
                + "CONFIG SET maxclients 152 or more, and the same in its configuration.",
            ],
            await _world.ComplaintsAsync());

        await TellAsync("CONFIG", "SET", "maxclients", "52");
        Assert.Equal(
            [
                "redis/clients Warning: maxclients is 52, and beside the connections that are open now there is no room for the 52 that the sidecars may open. "
                + "CONFIG SET maxclients 152 or more, and the same in its configuration.",
            ],
            await _world.ComplaintsAsync());
    }

    [Fact]
    public async Task The_login_is_tried_as_Dapr_will()
    {
        await TellAsync("ACL", "SETUSER", "todo", "on", ">right", "~*", "+@all");
        await TellAsync("CONFIG", "SET", "requirepass", "default");
        var redis = _world.Spec["redis"]!.AsObject();
        redis["username"] = new JsonObject { ["name"] = "redis-user", ["key"] = "user" };
        redis["password"] = new JsonObject { ["name"] = "redis", ["key"] = "password" };
        _world.Secret("redis-user", "user", "todo");
        _world.Secret("redis", "password", "wrong");
        Assert.Contains(
            $"broker/{_endpoint} Failed: {_endpoint} refuses the login: WRONGPASS invalid username-password pair or user is disabled. "
            + "Compare spec.redis.username and the password in Secret redis with the server's.",
            await _world.ComplaintsAsync());

        _world.Secret("redis", "password", "right");
        Assert.Empty(await _world.ComplaintsAsync());
    }

    [Fact]
    public async Task TLS_where_there_is_none()
    {
        _world.Spec["redis"]!["tls"] = true;
        Assert.Contains(
            await _world.ComplaintsAsync(),
            c => c.StartsWith($"broker/{_endpoint} Failed: ", StringComparison.Ordinal)
                && c.EndsWith("Compare spec.redis.tls with the server's tls-port; its certificate must be signed by an authority that the system knows.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("appendonly no", "redis/persistence Failed: Redis keeps no append-only file: a restart loses events that it has acknowledged. CONFIG SET appendonly yes, and the same in its configuration.")]
    [InlineData("appendfsync no", "redis/persistence Warning: appendfsync is no: a crash of the machine can lose the last half minute. everysec loses a second at most.")]
    [InlineData("maxmemory-policy allkeys-lru", "redis/eviction Warning: maxmemory-policy is allkeys-lru. There is no maxmemory now; once there is one, Redis throws events away when memory is short. Set noeviction.")]
    [InlineData(
        "maxmemory-policy allkeys-lru maxmemory 100mb",
        "redis/eviction Failed: maxmemory-policy is allkeys-lru: when memory is short, Redis throws events away. CONFIG SET maxmemory-policy noeviction, and the same in its configuration.")]
    public async Task A_setting_that_loses_events(string settings, string expected)
    {
        foreach (var setting in settings.Split(' ').Chunk(2))
        {
            await TellAsync("CONFIG", "SET", setting[0], setting[1]);
        }

        Assert.Equal([expected], await _world.ComplaintsAsync());
    }

    [Theory]
    [InlineData("redis_version:", "6.0.16", "redis/server Failed: Redis is version 6.0.16; 6.2 or newer is needed (streams are trimmed by id).")]
    [InlineData(
        "cluster_enabled:", "1",
        "redis/server Failed: This is a node of a Redis Cluster, and the generated Components talk to one server; give spec.redis.host a server that is not clustered.")]
    [InlineData("aof_last_write_status:", "err", "redis/persistence Failed: Redis could not write its append-only file the last time; is its disk full?")]
    public async Task A_server_that_says_of_itself_what_is_wrong(string field, string value, string expected)
    {
        await using var altered = new AlteredRedis(_endpoint, info => string.Join("\r\n", info.Split("\r\n").Select(l => l.StartsWith(field, StringComparison.Ordinal) ? field + value : l)));
        _world.Spec["redis"]!["host"] = altered.Address;
        Assert.Equal([expected], await _world.ComplaintsAsync());
    }

    [Fact]
    public async Task The_same_Redis_by_another_address()
    {
        await using var other = new AlteredRedis(_endpoint, info => info);
        _world.Spec["redis"]!["host"] = other.Address;
        _world.Present = _endpoint.ToString();
        Assert.Equal(
            [$"endpoint/redis Failed: spec.redis.host leads to the same Redis as {_endpoint}, by other addresses, and its consumer groups cannot listen twice. Move to Kafka first, change it, then move back."],
            await _world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_Redis_that_does_not_say_which_one_it_is()
    {
        await using var other = new AlteredRedis(_endpoint, info => string.Join("\r\n", info.Split("\r\n").Where(l => !l.StartsWith("run_id:", StringComparison.Ordinal))));
        _world.Spec["redis"]!["host"] = other.Address;
        _world.Present = _endpoint.ToString();
        Assert.Equal(
            [$"endpoint/redis Warning: Whether spec.redis.host leads to another broker than {_endpoint} could not be asked (one of them tells no run id). What is open there is sent again over the new one."],
            await _world.ComplaintsAsync());
    }

    [Fact]
    public async Task Memory_that_is_nearly_full()
    {
        var memory = await TellAsync("INFO", "memory");
        var used = long.Parse(memory.Text!.Split('\n').First(l => l.StartsWith("used_memory:", StringComparison.Ordinal)).Split(':')[1].Trim(), CultureInfo.InvariantCulture);
        await TellAsync("CONFIG", "SET", "maxmemory", $"{used * 11 / 10}");
        Assert.Contains(
            await _world.ComplaintsAsync(),
            c => c.StartsWith("redis/eviction Warning: ", StringComparison.Ordinal)
                && c.EndsWith(" % of maxmemory are in use, and streams are kept for spec.redis.retention. When it is full, publishing fails.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replica_takes_no_writes()
    {
        await TellAsync("REPLICAOF", backends.RedisEndpoint.Host, $"{backends.RedisEndpoint.Port}");
        Assert.Equal(
            [$"redis/role Failed: This is a replica of {backends.RedisEndpoint} and takes no writes; give spec.redis.host the primary."],
            await _world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_key_of_another_type_has_the_name_of_a_topic()
    {
        await TellAsync("SET", "task-events", "mine");
        Assert.Equal(
            ["redis/task-events Failed: Key task-events is a string and not a stream; a sidecar that subscribes to it ends. Rename it, or choose another database."],
            await _world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_user_who_may_not_use_a_topic()
    {
        await TellAsync("ACL", "SETUSER", "todo", "on", ">right", "~other", "+@all");
        var redis = _world.Spec["redis"]!.AsObject();
        redis["username"] = new JsonObject { ["name"] = "redis-user", ["key"] = "user" };
        redis["password"] = new JsonObject { ["name"] = "redis", ["key"] = "password" };
        _world.Secret("redis-user", "user", "todo");
        _world.Secret("redis", "password", "right");
        Assert.Contains(
            await _world.ComplaintsAsync(),
            c => c.StartsWith("redis/task-events Failed: Redis does not let this user use key task-events (NOPERM", StringComparison.Ordinal)
                && c.EndsWith("allow it with ACL SETUSER … ~task-events.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_user_who_may_not_ask()
    {
        await TellAsync("ACL", "SETUSER", "default", "-info");
        Assert.Contains(
            await _world.ComplaintsAsync(),
            c => c.StartsWith("redis Unknown: Redis does not let this user ask INFO (NOPERM", StringComparison.Ordinal) && c.EndsWith("allow it with ACL SETUSER … +info.", StringComparison.Ordinal));
    }

    private async Task<RedisReply> TellAsync(params string[] command)
    {
        await using var client = await RedisClient.ConnectAsync(WireEndpoint.Parse(_endpoint.ToString())!, null, null, null, CancellationToken.None);
        var reply = await client.AskAsync(CancellationToken.None, command);
        Assert.Null(reply.Error);
        return reply;
    }
}

using System.Globalization;
using System.Security.Cryptography.X509Certificates;
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
        // Either side may give up first.
        Assert.Contains(
            await _world.ComplaintsAsync(),
            c => c.StartsWith($"broker/{_endpoint} Failed: ", StringComparison.Ordinal)
                && c.EndsWith("Compare spec.redis.tls with the server's tls-port; its certificate must be signed by an authority that the system knows.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TLS_where_there_is()
    {
        var address = System.Net.IPAddress.Parse(_endpoint.Host);
        using var certificate = AuthenticatingKafka.CertificateFor(address);
        var folder = Directory.CreateDirectory(backends.NewFolder()).FullName;
        var (file, key) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(key, certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        await TellAsync("CONFIG", "SET", "tls-cert-file", file, "tls-key-file", key, "tls-ca-cert-file", file, "tls-auth-clients", "no", "tls-port", "6380");
        var secure = new WireEndpoint(_endpoint.Host, 6380);
        await using (var client = await RedisClient.ConnectAsync(secure, new TlsSettings(certificate.ExportCertificatePem()), null, null, CancellationToken.None))
        {
            Assert.Equal("PONG", (await client.AskAsync(CancellationToken.None, "PING")).Text);
        }

        // The authority is none that the system knows.
        _world.Spec["redis"]!["tls"] = true;
        _world.Spec["redis"]!["host"] = secure.ToString();
        Assert.Contains(
            await _world.ComplaintsAsync(),
            c => c.StartsWith($"broker/{secure} Failed: TLS with {secure} failed: The remote certificate is invalid", StringComparison.Ordinal)
                && c.EndsWith(". Compare spec.redis.tls with the server's tls-port; its certificate must be signed by an authority that the system knows.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_without_a_port()
    {
        _world.Spec["redis"]!["host"] = "redis";
        Assert.Contains("broker/redis Failed: \"redis\" is not host:port. Is redis running, and may the operator's pod reach it?", await _world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_user_who_may_not_even_be_greeted()
    {
        await TellAsync("ACL", "SETUSER", "default", "-ping");
        Assert.Contains(
            $"broker/{_endpoint} Failed: {_endpoint} answers PING with: {await RefusalAsync(null, "PING")}. Set spec.redis.password, or spec.redis.tls if this port expects TLS.",
            await _world.ComplaintsAsync());
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
            $"redis/task-events Failed: Redis does not let this user use key task-events ({await RefusalAsync("todo", "TYPE", "task-events")}): allow it with ACL SETUSER … ~task-events.",
            await _world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_user_who_may_not_ask()
    {
        await TellAsync("ACL", "SETUSER", "default", "-info");
        Assert.Contains(
            $"redis Unknown: Redis does not let this user ask INFO ({await RefusalAsync(null, "INFO")}): allow it with ACL SETUSER … +info.",
            await _world.ComplaintsAsync());
    }

    /// <summary>The server's own words, which differ from version to version.</summary>
    private async Task<string> RefusalAsync(string? user, params string[] command)
    {
        if (user is null)
        {
            return (await Assert.ThrowsAsync<InvalidOperationException>(() => RedisCommand.SendAsync(_endpoint.Host, _endpoint.Port, command))).Message[1..];
        }

        await using var client = await RedisClient.ConnectAsync(WireEndpoint.Parse(_endpoint.ToString())!, null, user, "right", CancellationToken.None);
        return (await client.AskAsync(CancellationToken.None, command)).Error!;
    }

    private async Task<RedisReply> TellAsync(params string[] command)
    {
        await using var client = await RedisClient.ConnectAsync(WireEndpoint.Parse(_endpoint.ToString())!, null, null, null, CancellationToken.None);
        var reply = await client.AskAsync(CancellationToken.None, command);
        Assert.Null(reply.Error);
        return reply;
    }
}

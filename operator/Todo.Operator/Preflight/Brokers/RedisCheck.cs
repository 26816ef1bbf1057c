using System.Globalization;
using Todo.Operator.Generation;
using Todo.Operator.Preflight.Wire;
using Todo.Operator.Preflight.Wire.Redis;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight.Brokers;

/// <summary>Redis keeps what it has acknowledged: it writes it down, throws nothing away when memory is short, and takes writes; and the streams' names are free.</summary>
public sealed class RedisCheck(BrokerAccess access) : IPreflightCheck
{
    private const double Full = 0.8;
    private const int SpareClients = 100;
    private static readonly Version FirstWithTrimming = new(6, 2);

    /// <inheritdoc/>
    public string Name => "redis";

    /// <inheritdoc/>
    public bool Applies(PreflightContext context) => context.Observed.Wanted is { AnyDapr: true, Broker.IsKafka: false };

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var redis = await access.RedisAsync(context, cancellationToken);
            var answer = await redis.AskAsync(cancellationToken, "INFO");
            if (answer.Error is { } error)
            {
                return [CheckResult.Unknown(Name, $"Redis does not let this user ask INFO ({error}): allow it with ACL SETUSER … +info.")];
            }

            var info = Read(answer.Text ?? string.Empty);
            List<CheckResult> results = [Server(info), Role(info), await PersistenceAsync(redis, info, cancellationToken), Eviction(info), await ClientsAsync(context, redis, info, cancellationToken)];
            foreach (var topic in Topics(context))
            {
                if (await KeyAsync(redis, topic, cancellationToken) is { } wrong)
                {
                    results.Add(wrong);
                }
            }

            return results;
        }
        catch (Exception e) when (e is WireFailure or MissingSecretException)
        {
            return [CheckResult.Unknown(Name, "Redis could not be asked (see broker).")];
        }
    }

    private static IEnumerable<string> Topics(PreflightContext context) =>
        context.Generation.Apps.SelectMany(a => a.Publishes.Concat(context.Generation.SubscribedTopics(a))).Distinct(StringComparer.Ordinal);

    private CheckResult Server(Dictionary<string, string> info)
    {
        var name = $"{Name}/server";
        var text = info.GetValueOrDefault("redis_version", "0.0");
        return !Version.TryParse(text, out var version) || version < FirstWithTrimming
            ? CheckResult.Failed(name, $"Redis is version {text}; 6.2 or newer is needed (streams are trimmed by id).")
            : info.GetValueOrDefault("cluster_enabled") == "1"
                ? CheckResult.Failed(name, "This is a node of a Redis Cluster, and the generated Components talk to one server; give spec.redis.host a server that is not clustered.")
                : CheckResult.Passed(name, $"Redis {version}.");
    }

    private CheckResult Role(Dictionary<string, string> info) => info.GetValueOrDefault("role") == "slave"
        ? CheckResult.Failed($"{Name}/role", $"This is a replica of {info.GetValueOrDefault("master_host")}:{info.GetValueOrDefault("master_port")} and takes no writes; give spec.redis.host the primary.")
        : CheckResult.Passed($"{Name}/role", "Takes writes.");

    private async Task<CheckResult> PersistenceAsync(RedisClient redis, Dictionary<string, string> info, CancellationToken cancellationToken)
    {
        var name = $"{Name}/persistence";
        if (info.GetValueOrDefault("aof_enabled") != "1")
        {
            return CheckResult.Failed(name, "Redis keeps no append-only file: a restart loses events that it has acknowledged. CONFIG SET appendonly yes, and the same in its configuration.");
        }

        if (info.GetValueOrDefault("aof_last_write_status", "ok") != "ok")
        {
            return CheckResult.Failed(name, "Redis could not write its append-only file the last time; is its disk full?");
        }

        // Hosted servers often refuse CONFIG; then the setting is theirs to know.
        var fsync = await redis.AskAsync(cancellationToken, "CONFIG", "GET", "appendfsync");
        return fsync.Items is [_, { Text: "no" }]
            ? CheckResult.Warning(name, "appendfsync is no: a crash of the machine can lose the last half minute. everysec loses a second at most.")
            : CheckResult.Passed(name, $"Append-only file, appendfsync {(fsync.Items is [_, { Text: { } how }] ? how : "unknown")}.");
    }

    private CheckResult Eviction(Dictionary<string, string> info)
    {
        var name = $"{Name}/eviction";
        var policy = info.GetValueOrDefault("maxmemory_policy", "noeviction");
        var (limit, used) = (Number(info, "maxmemory"), Number(info, "used_memory"));
        if (policy != "noeviction")
        {
            return limit > 0
                ? CheckResult.Failed(name, $"maxmemory-policy is {policy}: when memory is short, Redis throws events away. CONFIG SET maxmemory-policy noeviction, and the same in its configuration.")
                : CheckResult.Warning(name, $"maxmemory-policy is {policy}. There is no maxmemory now; once there is one, Redis throws events away when memory is short. Set noeviction.");
        }

        return limit > 0 && used > limit * Full
            ? CheckResult.Warning(name, $"{100 * used / limit} % of maxmemory are in use, and streams are kept for spec.redis.retention. When it is full, publishing fails.")
            : CheckResult.Passed(name, "Nothing is thrown away.");
    }

    /// <summary>Each pod's sidecar may open as many connections as its pool has places; beyond maxclients Redis refuses, and every publish fails.</summary>
    private async Task<CheckResult> ClientsAsync(PreflightContext context, RedisClient redis, Dictionary<string, string> info, CancellationToken cancellationToken)
    {
        var name = $"{Name}/clients";
        var most = Number(info, "maxclients");
        if (most == 0 && (await redis.AskAsync(cancellationToken, "CONFIG", "GET", "maxclients")).Items is [_, { Text: { } text }] && long.TryParse(text, CultureInfo.InvariantCulture, out var set))
        {
            most = set;
        }

        var needed = context.Generation.Apps.Where(a => context.Observed.Wanted.ThroughDapr(a.Id))
            .Sum(a => (long)ComponentGenerator.PoolSize(context.Generation, a) * (context.Observed.Services.FirstOrDefault(s => s.Id == a.Id)?.Deployment?.Replicas ?? 1));
        var advice = $"CONFIG SET maxclients {needed + SpareClients} or more, and the same in its configuration.";
        return most == 0 ? CheckResult.Passed(name, "Redis does not tell its maxclients.")
            : needed > most ? CheckResult.Failed(name, $"maxclients is {most}, and the sidecars may open {needed} connections (poolSize of each app, times its pods): Redis refuses what is beyond, and publishing fails. {advice}")
            : needed > most - Number(info, "connected_clients") ? CheckResult.Warning(name, $"maxclients is {most}, and beside the connections that are open now there is no room for the {needed} that the sidecars may open. {advice}")
            : CheckResult.Passed(name, $"The sidecars may open {needed} of {most} connections.");
    }

    private async Task<CheckResult?> KeyAsync(RedisClient redis, string topic, CancellationToken cancellationToken)
    {
        var type = await redis.AskAsync(cancellationToken, "TYPE", topic);
        var name = $"{Name}/{topic}";
        return type.Error is { } error
            ? CheckResult.Failed(name, $"Redis does not let this user use key {topic} ({error}): allow it with ACL SETUSER … ~{topic}.")
            : type.Text is "none" or "stream"
                ? null
                : CheckResult.Failed(name, $"Key {topic} is a {type.Text} and not a stream; a sidecar that subscribes to it ends. Rename it, or choose another database.");
    }

    private static long Number(Dictionary<string, string> info, string name) =>
        long.TryParse(info.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    private static Dictionary<string, string> Read(string info) => info.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(l => l.Split(':', 2)).Where(p => p.Length == 2).DistinctBy(p => p[0]).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
}

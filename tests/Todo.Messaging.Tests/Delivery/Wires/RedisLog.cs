using LocalCluster.Dependencies;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Delivery.Wires;

/// <summary>A Redis server of the test's own.</summary>
internal sealed class RedisLog : IBrokerLog
{
    private readonly Endpoint _endpoint;
    private readonly string _group;

    private RedisLog(RedisServer server, Endpoint endpoint, string consumer)
    {
        (Server, _endpoint, _group) = (server, endpoint, consumer);
    }

    public RedisServer Server { get; }

    public string Address => _endpoint.ToString();

    public static async Task<RedisLog> StartAsync(TestServers servers, string consumer)
    {
        var endpoint = new Endpoint(TestServers.NextAddress().ToString(), 6379);
        return new(await RedisServer.StartAsync(endpoint, servers.NewFolder(), CancellationToken.None), endpoint, consumer);
    }

    /// <summary>On what it has kept in its folder, after it was stopped.</summary>
    public Task StartAgainAsync() => Server.StartAgainAsync(CancellationToken.None);

    public Task AppendAsync(string topic, string body, int slot = 0) => SendAsync("XADD", topic, "*", "data", body, "metadata", "{}");

    public async Task<IReadOnlyList<string>> ReadAsync(string topic)
    {
        var entries = (object?[])(await SendAsync("XRANGE", topic, "-", "+"))!;
        // An entry is its id and its fields; the first, data, is the event.
        return [.. entries.Select(x => (string)((object?[])((object?[])x!)[1]!)[1]!)];
    }

    public async Task<long> UnacknowledgedAsync(string topic)
    {
        if ((long)(await SendAsync("EXISTS", topic))! == 0)
        {
            return 0;
        }

        var groups = ((object?[])(await SendAsync("XINFO", "GROUPS", topic))!).Select(FieldsOf);
        return groups.SingleOrDefault(x => (string)x["name"]! == _group) is { } group
            ? (long)group["pending"]! + (long)group["lag"]!
            : (long)(await SendAsync("XLEN", topic))!;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static Dictionary<string, object?> FieldsOf(object? map) => ((object?[])map!).Chunk(2).ToDictionary(x => (string)x[0]!, x => x[1], StringComparer.Ordinal);

    private Task<object?> SendAsync(params string[] command) => Server.CommandAsync(command);
}

using LocalCluster.Sidecar.Redis;

namespace LocalCluster.Sidecar.PubSub.Redis;

/// <summary>The shapes of the answers to XREADGROUP, XCLAIM and XPENDING under RESP3.</summary>
internal static class StreamReply
{
    /// <summary>XREADGROUP: a map of stream to entries, or null when the block time passed without any.</summary>
    public static IEnumerable<RedisEntry> Entries(RedisTopicFeed feed, RespValue reply) =>
        reply.Items.Length < 2 ? [] : ClaimedEntries(feed, reply.Items[1]);

    /// <summary>XCLAIM: entries; one that no longer exists is null or absent.</summary>
    public static List<RedisEntry> ClaimedEntries(RedisTopicFeed feed, RespValue reply) =>
        [.. reply.Items.Where(item => item.Kind == RespKind.Array && item.Items.Length == 2)
            .Select(item => new RedisEntry(feed, item.Items[0].Text, item.Items[1].Items))];

    /// <summary>XPENDING with a range: id, consumer, idle milliseconds, deliveries.</summary>
    public static IReadOnlyList<string> PendingIds(RespValue reply, long idleMilliseconds) =>
        [.. reply.Items.Where(item => item.Items.Length == 4 && item.Items[2].Integer >= idleMilliseconds).Select(item => item.Items[0].Text)];
}

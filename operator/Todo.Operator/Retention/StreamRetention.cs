using System.Globalization;
using Todo.Operator.Generation;
using Todo.Operator.Preflight.Wire;
using Todo.Operator.Preflight.Wire.Redis;

namespace Todo.Operator.Retention;

/// <summary>
/// Removes from one stream what every consumer group has handled and what is older than <c>redis.retention</c>. Dapr never removes anything, and its own limits (<c>maxLenApprox</c>,
/// <c>streamTTL</c>) remove what nobody has read yet.
/// </summary>
internal sealed class StreamRetention(RedisClient redis)
{
    // Redis serves nobody else while it trims.
    private const int Portion = 10_000;
    private const int MostPortions = 200;

    /// <summary>Trims the streams of all topics.</summary>
    /// <returns>Entries removed, by stream; streams of which nothing was removed are left out.</returns>
    /// <exception cref="WireFailure">Redis did not answer, or refused.</exception>
    public async Task<IReadOnlyDictionary<string, long>> TrimAsync(GenerationContext context, TimeSpan retention, CancellationToken cancellationToken)
    {
        var age = await AgeAsync(retention, cancellationToken);
        Dictionary<string, long> removed = [];
        foreach (var stream in context.Apps.SelectMany(a => a.Publishes.Concat(context.SubscribedTopics(a))).Distinct(StringComparer.Ordinal))
        {
            var consumers = context.Apps.Where(a => context.SubscribedTopics(a).Contains(stream)).Select(a => a.AppId).ToList();
            if (await HandledAsync(stream, consumers, cancellationToken) is { } handled && await TrimAsync(stream, StreamId.Least(handled, age), cancellationToken) is > 0 and var count)
            {
                removed[stream] = count;
            }
        }

        return removed;
    }

    /// <summary>What was added before this is old enough, by the clock of the server, which also gives the ids.</summary>
    private async Task<StreamId> AgeAsync(TimeSpan retention, CancellationToken cancellationToken)
    {
        var time = await AskAsync(cancellationToken, "TIME");
        var seconds = long.Parse(time.Items![0].Text!, CultureInfo.InvariantCulture);
        return new StreamId((ulong)Math.Max(0, (seconds * 1000) - (long)retention.TotalMilliseconds), 0);
    }

    /// <summary>
    /// The first entry that some group has not handled, or one before it; null when that cannot be told: there is no such stream, or a consumer has no group yet, for which everything is new. Between
    /// these questions and the trimming groups only get further.
    /// </summary>
    private async Task<StreamId?> HandledAsync(string stream, IReadOnlyList<string> consumers, CancellationToken cancellationToken)
    {
        if ((await AskAsync(cancellationToken, "TYPE", stream)).Text != "stream")
        {
            return null;
        }

        var groups = ((await AskAsync(cancellationToken, "XINFO", "GROUPS", stream)).Items ?? []).Select(static g => g.Fields()).ToList();
        if (groups.Count == 0 || consumers.Any(c => groups.TrueForAll(g => g.GetValueOrDefault("name") != c)))
        {
            return null;
        }

        StreamId? least = null;
        foreach (var group in groups)
        {
            // Without pending ones: number, smallest and greatest id are 0, nil, nil.
            var pending = await AskAsync(cancellationToken, "XPENDING", stream, group["name"]!);
            if (StreamId.Parse(pending.Items is [_, var first, ..] ? first.Text : null) is { } unacknowledged)
            {
                least = StreamId.Least(least ?? unacknowledged, unacknowledged);
            }

            if (StreamId.Parse(group.GetValueOrDefault("last-delivered-id")) is not { } delivered)
            {
                return null;
            }

            least = StreamId.Least(least ?? delivered, delivered);
        }

        return least;
    }

    private async Task<long> TrimAsync(string stream, StreamId before, CancellationToken cancellationToken)
    {
        long sum = 0;
        for (var portion = 0; portion < MostPortions && before.Milliseconds > 0; portion++)
        {
            // Whole nodes of the stream only: some entries more stay, and nothing has to be copied.
            var reply = await AskAsync(cancellationToken, "XTRIM", stream, "MINID", "~", before.ToString(), "LIMIT", Portion.ToString(CultureInfo.InvariantCulture));
            var count = long.Parse(reply.Text!, CultureInfo.InvariantCulture);
            sum += count;
            if (count == 0)
            {
                break;
            }
        }

        return sum;
    }

    private async Task<RedisReply> AskAsync(CancellationToken cancellationToken, params string[] command)
    {
        var reply = await redis.AskAsync(cancellationToken, command);
        return reply.Error is { } error
            ? throw new WireFailure(WireStage.Ask, $"{string.Join(' ', command.Take(3))} is answered with: {error}. The Redis user of spec.redis needs +time +type +xinfo +xpending +xtrim")
            : reply;
    }
}

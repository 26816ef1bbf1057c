using LocalCluster.Kafka.Log;
using LocalCluster.Kafka.Protocol;

namespace LocalCluster.Kafka.Apis;

/// <summary>Fetch. A request that finds too little waits, and is woken by the append that brings more. Fetch sessions (KIP-227) are declined.</summary>
internal sealed class FetchApi(TopicStore topics, TimeProvider time)
{
    public IEnumerable<ApiRoute> Routes => [new(ApiKey.Fetch, 4, 12, 12, FetchAsync)];

    private async ValueTask FetchAsync(Request request, ProtocolWriter response, CancellationToken cancellationToken)
    {
        var fetch = Read(request.Version, request.Body);
        if (fetch.SessionId != 0)
        {
            Write(request.Version, response, ErrorCode.FetchSessionIdNotFound, []);
            return;
        }

        var found = ReadAll(fetch);
        if (!IsEnough(found, fetch.MinBytes) && fetch.MaxWait > TimeSpan.Zero)
        {
            found = await WaitAsync(fetch, cancellationToken);
        }

        Write(request.Version, response, ErrorCode.None, found);
    }

    private async Task<List<Found>> WaitAsync(FetchRequest fetch, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(fetch.MaxWait, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        while (true)
        {
            var signal = new AppendSignal();
            var logs = fetch.Partitions.Select(p => topics.Find(p.Topic, p.Partition)).OfType<PartitionLog>().ToList();
            logs.ForEach(log => log.Watch(signal));

            // Watched first, then read: nothing can come in between unseen.
            var found = ReadAll(fetch);
            if (!IsEnough(found, fetch.MinBytes) && !deadline.IsCancellationRequested)
            {
                await signal.Task.WaitAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            logs.ForEach(log => log.Unwatch(signal));
            cancellationToken.ThrowIfCancellationRequested();
            if (IsEnough(found, fetch.MinBytes) || deadline.IsCancellationRequested)
            {
                return deadline.IsCancellationRequested ? ReadAll(fetch) : found;
            }
        }
    }

    /// <summary>An error or a partition's worth of bytes is never held back.</summary>
    private static bool IsEnough(List<Found> found, int minBytes) =>
        found.Any(f => f.Result.Error != ErrorCode.None) || found.Sum(f => (long)f.Result.Bytes.Length) >= minBytes;

    private List<Found> ReadAll(FetchRequest fetch)
    {
        var found = new List<Found>(fetch.Partitions.Count);
        var budget = fetch.MaxBytes;
        var first = true;
        foreach (var wanted in fetch.Partitions)
        {
            var limit = Math.Max(0, Math.Min(budget, wanted.MaxBytes));
            var result = topics.Find(wanted.Topic, wanted.Partition)?.Read(wanted.Offset, limit, atLeastOne: first)
                ?? new ReadResult(ErrorCode.UnknownTopicOrPartition, -1, -1, default);
            found.Add(new Found(wanted.Topic, wanted.Partition, result));
            budget -= result.Bytes.Length;
            first &= result.Bytes.IsEmpty;
        }

        return found;
    }

    private static FetchRequest Read(short version, ProtocolReader body)
    {
        _ = body.Int32();
        var maxWait = TimeSpan.FromMilliseconds(Math.Max(0, body.Int32()));
        var minBytes = body.Int32();
        var maxBytes = body.Int32();
        _ = body.Int8();
        var sessionId = 0;
        if (version >= 7)
        {
            sessionId = body.Int32();
            _ = body.Int32();
        }

        var perTopic = body.Array(b =>
        {
            var topic = b.String();
            var partitions = b.Array(p => ReadPartition(version, topic, p));
            b.Tags();
            return partitions;
        });

        // What follows (topics to leave out of a session, the reader's rack) has no meaning here.
        return new FetchRequest(maxWait, minBytes, maxBytes, sessionId, [.. perTopic.SelectMany(p => p)]);
    }

    private static Wanted ReadPartition(short version, string topic, ProtocolReader body)
    {
        var partition = body.Int32();
        _ = version >= 9 ? body.Int32() : 0;
        var offset = body.Int64();
        _ = version >= 12 ? body.Int32() : 0;
        _ = version >= 5 ? body.Int64() : 0;
        var maxBytes = body.Int32();
        body.Tags();
        return new Wanted(topic, partition, offset, maxBytes);
    }

    private static void Write(short version, ProtocolWriter response, ErrorCode error, IReadOnlyList<Found> found)
    {
        response.NoThrottle();
        if (version >= 7)
        {
            response.Error(error);
            response.Int32(0);
        }

        response.Array(found.GroupBy(f => f.Topic, StringComparer.Ordinal).ToList(), topic =>
        {
            response.String(topic.Key);
            response.Array(topic.ToList(), f => WritePartition(version, response, f));
            response.Tags();
        });
        response.Tags();
    }

    private static void WritePartition(short version, ProtocolWriter response, Found found)
    {
        var result = found.Result;
        response.Int32(found.Partition);
        response.Error(result.Error);
        response.Int64(result.EndOffset);
        response.Int64(result.EndOffset);
        if (version >= 5)
        {
            response.Int64(result.StartOffset);
        }

        // Aborted transactions: there are none.
        response.Length(-1);
        if (version >= 11)
        {
            response.Int32(-1);
        }

        response.Bytes(result.Bytes.Span);
        response.Tags();
    }

    private sealed record FetchRequest(TimeSpan MaxWait, int MinBytes, int MaxBytes, int SessionId, IReadOnlyList<Wanted> Partitions);

    private readonly record struct Wanted(string Topic, int Partition, long Offset, int MaxBytes);

    private readonly record struct Found(string Topic, int Partition, ReadResult Result);
}

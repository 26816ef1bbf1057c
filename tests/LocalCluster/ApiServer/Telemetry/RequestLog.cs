using System.Collections.Concurrent;

namespace LocalCluster.ApiServer.Telemetry;

/// <summary>What the server was asked over HTTP: counters for ever, records of the last requests. Watches are recorded when they begin.</summary>
public sealed class RequestLog
{
    private const int Limit = 20_000;

    private readonly ConcurrentDictionary<(string UserAgent, string Verb), long> _counts = new();
    private readonly ConcurrentQueue<RequestRecord> _records = new();

    /// <summary>Requests by user agent and verb since the start.</summary>
    public IReadOnlyDictionary<(string UserAgent, string Verb), long> Counts => _counts;

    /// <summary>The last requests, oldest first.</summary>
    public IReadOnlyList<RequestRecord> Records => [.. _records];

    /// <summary>How often a client (null: any) used a verb.</summary>
    public long Count(string verb, string? userAgent = null) =>
        _counts.Where(c => c.Key.Verb == verb && (userAgent is null || c.Key.UserAgent == userAgent)).Sum(c => c.Value);

    /// <summary>Requests to change something, by a client or (null) by any.</summary>
    public long Writes(string? userAgent = null) =>
        Count("create", userAgent) + Count("update", userAgent) + Count("patch", userAgent) + Count("delete", userAgent) + Count("deletecollection", userAgent);

    internal void Add(RequestRecord record)
    {
        _counts.AddOrUpdate((record.UserAgent, record.Verb), 1, (_, count) => count + 1);
        _records.Enqueue(record);
        while (_records.Count > Limit && _records.TryDequeue(out _))
        {
        }
    }
}

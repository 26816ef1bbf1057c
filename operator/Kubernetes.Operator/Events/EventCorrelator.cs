using Kubernetes.Client.Models;

namespace Kubernetes.Operator.Events;

/// <summary>Decides what becomes of a report: a new Event, one more in a series, or nothing. The figures are client-go's.</summary>
/// <remarks>
/// The same report again within six minutes is counted in the first one's series. More than ten different notes for the same reason within ten minutes
/// are taken as one. Each object may cause 25 writes at once and one more every five minutes; what is over is counted, and reported with the next write.
/// </remarks>
internal sealed class EventCorrelator(TimeProvider time)
{
    internal static readonly TimeSpan SeriesLifetime = TimeSpan.FromMinutes(6);
    internal static readonly TimeSpan SimilarWindow = TimeSpan.FromMinutes(10);
    internal static readonly TimeSpan TokenPeriod = TimeSpan.FromMinutes(5);
    internal const int MaxSimilar = 10;
    internal const int Burst = 25;

    private readonly Dictionary<EventKey, Series> _series = [];
    private readonly Dictionary<EventKey, Similar> _similar = [];
    private readonly Dictionary<string, Bucket> _buckets = [];

    /// <summary>What to do with a report.</summary>
    public EventDecision Decide(EventReport report)
    {
        Forget();
        var now = time.GetUtcNow();
        var key = KeyOf(report, now);
        if (_series.TryGetValue(key, out var series))
        {
            series.Count++;
            series.LastSeen = now;
            return TakeToken(report, now) ? new EventDecision.Repeat(series.Name, report.Namespace, series.Count, now) : EventDecision.Nothing;
        }

        if (!TakeToken(report, now))
        {
            return EventDecision.Nothing;
        }

        // As client-go names them: the object and the time, so that names never clash and sort by age.
        var name = $"{report.Regarding.Name}.{(now - DateTimeOffset.UnixEpoch).Ticks * 100:x}";
        _series[key] = new Series { Name = name, Count = 1, LastSeen = now };
        return new EventDecision.Create(name, now);
    }

    /// <summary>The Event of a series does not exist (any more): the next report makes a new one.</summary>
    public void Lost(string name)
    {
        foreach (var key in _series.Where(s => s.Value.Name == name).Select(static s => s.Key).ToList())
        {
            _series.Remove(key);
        }
    }

    private EventKey KeyOf(EventReport report, DateTimeOffset now)
    {
        var reason = new EventKey(report.Regarding.Uid, report.Type, report.Reason, report.Action, Note: null);
        if (!_similar.TryGetValue(reason, out var similar) || now - similar.Since > SimilarWindow)
        {
            _similar[reason] = similar = new Similar { Since = now };
        }

        similar.Notes.Add(report.Note);
        return similar.Notes.Count > MaxSimilar ? reason : reason with { Note = report.Note };
    }

    private bool TakeToken(EventReport report, DateTimeOffset now)
    {
        var owner = report.Regarding.Uid ?? "";
        if (!_buckets.TryGetValue(owner, out var bucket))
        {
            _buckets[owner] = bucket = new Bucket { Tokens = Burst, At = now };
        }

        bucket.Tokens = Math.Min(Burst, bucket.Tokens + ((now - bucket.At) / TokenPeriod));
        bucket.At = now;
        if (bucket.Tokens < 1)
        {
            return false;
        }

        bucket.Tokens--;
        return true;
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        RemoveWhere(_series, s => now - s.LastSeen > SeriesLifetime);
        RemoveWhere(_similar, s => now - s.Since > SimilarWindow);
        RemoveWhere(_buckets, b => now - b.At > TokenPeriod * Burst);
    }

    private static void RemoveWhere<TKey, TValue>(Dictionary<TKey, TValue> entries, Func<TValue, bool> isOld) where TKey : notnull
    {
        foreach (var (key, value) in entries)
        {
            if (isOld(value))
            {
                entries.Remove(key);
            }
        }
    }

    private sealed record EventKey(string? Uid, EventType Type, string Reason, string Action, string? Note);

    private sealed class Series
    {
        public required string Name { get; init; }

        public int Count { get; set; }

        public DateTimeOffset LastSeen { get; set; }
    }

    private sealed class Similar
    {
        public DateTimeOffset Since { get; init; }

        public HashSet<string> Notes { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Bucket
    {
        public double Tokens { get; set; }

        public DateTimeOffset At { get; set; }
    }
}

/// <summary>A report before it is sent.</summary>
internal sealed record EventReport(V1ObjectReference Regarding, EventType Type, string Reason, string Note, string Action)
{
    /// <summary>Where the Event goes: with its object, or to <c>default</c> for a cluster-wide one.</summary>
    public string Namespace => Regarding.NamespaceProperty ?? "default";
}

/// <summary>What becomes of a report.</summary>
internal abstract record EventDecision
{
    private EventDecision()
    {
    }

    public static EventDecision Nothing { get; } = new Drop();

    /// <summary>A new Event.</summary>
    internal sealed record Create(string Name, DateTimeOffset At) : EventDecision;

    /// <summary>One more in the series of an Event.</summary>
    internal sealed record Repeat(string Name, string Namespace, int Count, DateTimeOffset At) : EventDecision;

    /// <summary>Not sent.</summary>
    internal sealed record Drop : EventDecision;
}

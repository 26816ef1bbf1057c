namespace Kubernetes.Operator.Informers;

/// <summary>How long lists and watches take and how they come back. The defaults are client-go's.</summary>
public sealed record InformerTimings
{
    /// <summary>Objects per page of a list.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>A watch ends at the server after between once and twice this time, so that the watches of many instances do not end together.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A watch that brings nothing for this long, not even a bookmark (a server sends one a minute), is taken for dead and opened anew.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>When a server takes a WatchList but sends nothing for this long before its end mark, it does not know WatchList.</summary>
    public TimeSpan InitialEventsTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether to ask for the first state as a stream (WatchList) instead of a list. Falls back by itself when the server refuses.</summary>
    public bool UseWatchList { get; init; } = true;

    /// <summary>First pause after a failure.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>Longest pause.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After so long without a failure, the first pause counts again.</summary>
    public TimeSpan CalmAfter { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Between 0 and 1: spreads pauses and the length of watches.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;
}

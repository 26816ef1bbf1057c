namespace Todo.Load;

/// <summary>What was counted since the start or since a mark.</summary>
/// <param name="Elapsed">Since then.</param>
/// <param name="Acknowledged">Requests answered 2xx.</param>
/// <param name="Refused">Requests answered otherwise.</param>
/// <param name="Failed">Requests not answered.</param>
/// <param name="P50">Median time of all answered and failed requests, in milliseconds; 0 when there were none.</param>
/// <param name="P95">95th percentile of it.</param>
public sealed record LoadSnapshot(TimeSpan Elapsed, long Acknowledged, long Refused, long Failed, double P50, double P95)
{
    /// <summary>Acknowledged requests a second.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Acknowledged / Elapsed.TotalSeconds : 0;
}

/// <summary>A moment to count from.</summary>
public sealed record LoadMark
{
    internal LoadMark(long timestamp, int latencies, long acknowledged, long refused, long failed) =>
        (Timestamp, Latencies, Acknowledged, Refused, Failed) = (timestamp, latencies, acknowledged, refused, failed);

    internal long Timestamp { get; }

    internal int Latencies { get; }

    internal long Acknowledged { get; }

    internal long Refused { get; }

    internal long Failed { get; }
}

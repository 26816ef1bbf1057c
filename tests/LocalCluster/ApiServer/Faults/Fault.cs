namespace LocalCluster.ApiServer.Faults;

/// <summary>How the server is to misbehave in one request. The parts can be combined.</summary>
public sealed record Fault
{
    /// <summary>Waits before the request is looked at.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Answers this HTTP status instead of doing the request: 409 Conflict, 410 Expired, 429, 500, 503, ...</summary>
    public int? Status { get; init; }

    /// <summary>The reason in the Status body; null: the usual one of the code.</summary>
    public string? Reason { get; init; }

    /// <summary>Does the request, then breaks the connection without an answer: the client cannot know.</summary>
    public bool CutAfterCommit { get; init; }

    /// <summary>Breaks the connection before the request is looked at.</summary>
    public bool CutBefore { get; init; }

    /// <summary>A watch ends after this many events (bookmarks count), as if its time were up; 0: as soon as it is open.</summary>
    public int? EndWatchAfter { get; init; }

    /// <summary>The connection of a watch breaks after this many events were sent; the last of them may get lost with it.</summary>
    public int? CutWatchAfter { get; init; }

    /// <summary>A watch sends an ERROR event with 410 after this many events, then ends.</summary>
    public int? ExpireWatchAfter { get; init; }
}

/// <summary>What a fault hook is told about a request. Verbs as in <see cref="Telemetry.RequestRecord"/>.</summary>
public sealed record FaultRequest(
    string UserAgent, string User, string Verb, string Resource, string? Namespace, string? Name, string? Subresource, string Path);

/// <summary>Decides about every request over HTTP; null: the server behaves.</summary>
public delegate Fault? FaultHook(FaultRequest request);

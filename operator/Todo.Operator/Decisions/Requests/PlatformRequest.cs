namespace Todo.Operator.Decisions.Requests;

/// <summary>What a person can ask for beside the spec, in the order in which it is taken up when several are new.</summary>
public enum RequestKind
{
    /// <summary>Back from the move that is under way to the last good transport.</summary>
    Abort,

    /// <summary>Back from the finished move to the transport before it.</summary>
    Rollback,

    /// <summary>The same generation once more, after it was given up.</summary>
    Retry,

    /// <summary>On without the rest of this step's watching.</summary>
    Promote,

    /// <summary>The deliveries that handlers gave up once more, after what was wrong with them is mended. An order to the services beside every move.</summary>
    ReplayDead,
}

/// <summary>A request as it stands in an annotation.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Token">The annotation's value. Each is taken up once.</param>
public sealed record PlatformRequest(RequestKind Kind, string Token);

/// <summary>What became of the last request of a kind.</summary>
/// <param name="Token">Its token.</param>
/// <param name="At">When it was taken up.</param>
/// <param name="Result">What was done about it, or why nothing was.</param>
public sealed record Acknowledgement(string Token, DateTimeOffset At, string Result);

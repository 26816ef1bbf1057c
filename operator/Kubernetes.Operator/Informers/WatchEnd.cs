using Kubernetes.Client.Errors;

namespace Kubernetes.Operator.Informers;

/// <summary>How a connection to the server ended, and what to do next. Pure: the reflector does it.</summary>
/// <param name="Failure">Null when the server ended the watch as agreed.</param>
/// <param name="WasInitial">Whether the first state was still coming in.</param>
/// <param name="WasUseful">Whether anything arrived.</param>
internal sealed record WatchEnd(KubernetesException? Failure, bool WasInitial, bool WasUseful)
{
    internal const int MaxBrokenStreams = 3;

    /// <summary>The next step.</summary>
    /// <param name="usesWatchList">Whether the first state was asked for as a stream.</param>
    /// <param name="brokenStreams">How many such streams in a row have ended before the state was complete.</param>
    public NextStep Decide(bool usesWatchList, int brokenStreams) => Failure switch
    {
        // Something on the way does not bear a stream that long; pages are shorter.
        _ when WasInitial && usesWatchList && brokenStreams >= MaxBrokenStreams => new NextStep(Resume.FromListWithoutStreaming, Pause: true),

        // The regular end. One that brought nothing at all waits, so that a server that closes at once is not hammered.
        null => WasInitial ? new NextStep(Resume.FromList, Pause: true) : new NextStep(Resume.FromVersion, Pause: !WasUseful),

        // Too old a version: whatever happened in between is found by comparing with a new list.
        { Error: KubernetesError.Expired } => new NextStep(Resume.FromList, Pause: !WasUseful),

        // The server does not know WatchList: it says so, or it goes quiet without the end mark.
        { Error: KubernetesError.Invalid or KubernetesError.BadRequest or KubernetesError.Forbidden } when WasInitial && usesWatchList =>
            new NextStep(Resume.FromListWithoutStreaming, Pause: false),
        { Error: KubernetesError.Timeout } when WasInitial && usesWatchList => new NextStep(Resume.FromListWithoutStreaming, Pause: false),

        // Anything else, a version that is still good: go on from there.
        _ => new NextStep(WasInitial ? Resume.FromList : Resume.FromVersion, Pause: true),
    };
}

/// <summary>What the reflector does next.</summary>
/// <param name="From">Where it starts again.</param>
/// <param name="Pause">Whether to wait first.</param>
internal sealed record NextStep(Resume From, bool Pause);

/// <summary>Where to start again.</summary>
internal enum Resume
{
    /// <summary>At the last version seen.</summary>
    FromVersion,

    /// <summary>With the whole state.</summary>
    FromList,

    /// <summary>With the whole state, by list; the server does not stream it.</summary>
    FromListWithoutStreaming,
}

namespace Kubernetes.Operator.Informers;

/// <summary>Pauses between attempts to connect: doubled each time, jittered, and short again after a calm while. The figures are client-go's.</summary>
internal sealed class ReconnectBackoff(InformerTimings timings, TimeProvider time, Func<double> jitter)
{
    private TimeSpan _next = timings.FirstBackoff;
    private long? _lastAt;

    /// <summary>The pause before the next attempt.</summary>
    public TimeSpan Next()
    {
        if (_lastAt is { } last && time.GetElapsedTime(last) > timings.CalmAfter)
        {
            _next = timings.FirstBackoff;
        }

        _lastAt = time.GetTimestamp();
        var pause = _next * (1 + jitter());
        _next = Shorter(_next * 2);
        return Shorter(pause);
    }

    private TimeSpan Shorter(TimeSpan pause) => pause < timings.LongestBackoff ? pause : timings.LongestBackoff;
}

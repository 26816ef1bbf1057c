namespace LocalCluster.Node.Pods;

/// <summary>
/// How long a container that ended waits for its next start: the first time not at all, then the base, doubling up to the cap. A long
/// run makes it start anew.
/// </summary>
internal sealed class RestartBackOff(TimeSpan first, TimeSpan cap, TimeSpan resetAfter)
{
    private TimeSpan? _next;

    /// <summary>The wait after a run of this length.</summary>
    public TimeSpan Next(TimeSpan ran)
    {
        if (ran >= resetAfter)
        {
            _next = null;
        }

        var delay = _next ?? TimeSpan.Zero;
        _next = _next is null ? first : TimeSpan.FromTicks(Math.Min(cap.Ticks, delay.Ticks * 2));
        return delay;
    }
}

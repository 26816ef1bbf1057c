namespace LocalCluster.Node.Pods;

/// <summary>The time a pod or container has left to end by itself. It can be shortened, as a second delete does.</summary>
internal sealed class GraceClock : IDisposable
{
    private static readonly TimeSpan AfterHook = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _over;
    private DateTimeOffset _deadline;

    public GraceClock(TimeSpan grace, TimeProvider time)
    {
        _time = time;
        _deadline = time.GetUtcNow() + grace;
        _over = new CancellationTokenSource(grace, time);
    }

    /// <summary>Cancelled when the time is over.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Whole seconds of grace as given or shortened last; what is left of it may be less.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_lock)
            {
                var left = _deadline - _time.GetUtcNow();
                return left < TimeSpan.Zero ? TimeSpan.Zero : left;
            }
        }
    }

    /// <summary>Brings the deadline forward; a later one is ignored.</summary>
    public void Shorten(TimeSpan grace)
    {
        lock (_lock)
        {
            var deadline = _time.GetUtcNow() + grace;
            if (deadline < _deadline)
            {
                _deadline = deadline;
                _over.CancelAfter(grace);
            }
        }
    }

    /// <summary>A process gets at least two seconds after a hook that used the grace period up (as in Kubernetes).</summary>
    public CancellationTokenSource AfterPreStop() => new(Left < AfterHook ? AfterHook : Left, _time);

    /// <inheritdoc/>
    public void Dispose() => _over.Dispose();
}

using Todo.Messaging.Hosting;

namespace Todo.Messaging.Publishing;

/// <summary>Wakes a relay of this process. Any number of calls before it looks count as one.</summary>
internal class RelaySignal(TimeProvider time)
{
    private volatile TaskCompletionSource _set = new();
    private int _lanesFreed;

    public void Set() => _set.TrySetResult();

    /// <summary>Another pod has let its lanes go: try for them now instead of at the next sweep.</summary>
    public void SetLanesFreed()
    {
        Volatile.Write(ref _lanesFreed, 1);
        Set();
    }

    public bool TakeLanesFreed() => Interlocked.Exchange(ref _lanesFreed, 0) == 1;

    /// <summary>Until it is set, or the timeout is over, or the relay is stopped. For one relay at a time.</summary>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        // Timers count whole milliseconds: less than one would be no wait at all, and the relay would look again and again.
        await _set.Task.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(timeout.TotalMilliseconds)), time, cancellationToken).Quietly();
        if (_set.Task.IsCompleted)
        {
            // Whoever sets the old one from here on has committed before the relay looks.
            _set = new();
        }

        // Whoever set it does not do the relay's work.
        await Task.Yield();
    }
}

/// <summary>The signal of the relay of probes.</summary>
internal sealed class ProbeSignal(TimeProvider time) : RelaySignal(time);

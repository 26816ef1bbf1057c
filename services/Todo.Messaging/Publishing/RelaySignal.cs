namespace Todo.Messaging.Publishing;

/// <summary>Wakes a relay of this process. Any number of calls before it looks count as one.</summary>
internal class RelaySignal : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0, 1);
    private int _lanesFreed;

    public void Set()
    {
        try
        {
            if (_semaphore.CurrentCount == 0)
            {
                _semaphore.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another thread set it between the look and the release.
        }
    }

    /// <summary>Another pod has let its lanes go: try for them now instead of at the next sweep.</summary>
    public void SetLanesFreed()
    {
        Volatile.Write(ref _lanesFreed, 1);
        Set();
    }

    public bool TakeLanesFreed() => Interlocked.Exchange(ref _lanesFreed, 0) == 1;

    /// <returns>Whether it was set before <paramref name="timeout"/>.</returns>
    public Task<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken) => _semaphore.WaitAsync(timeout, cancellationToken);

    public void Dispose()
    {
        _semaphore.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The signal of the relay of probes.</summary>
internal sealed class ProbeSignal : RelaySignal;

namespace Todo.EmailDelivery.Queue;

/// <summary>
/// Says that a mail is about to be committed. The handler can't wait for its own commit, so the dispatcher looks at once and then in growing steps: the row
/// is found within milliseconds, and a look that comes to nothing costs little.
/// </summary>
internal sealed class MailSignal : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0);

    public void Set()
    {
        if (_semaphore.CurrentCount == 0)
        {
            _semaphore.Release();
        }
    }

    /// <returns>Whether it was set before the time was up.</returns>
    public Task<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken) => _semaphore.WaitAsync(timeout, cancellationToken);

    public void Dispose() => _semaphore.Dispose();
}

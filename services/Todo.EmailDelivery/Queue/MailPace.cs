namespace Todo.EmailDelivery.Queue;

/// <summary>
/// Keeps the mails of this pod so far apart that no minute has more of them than allowed. Waited for before a mail is taken from the queue, so that a lease never runs while
/// nothing is sent, and mails that have to wait are there for other pods.
/// </summary>
/// <param name="perMinute">0: no limit.</param>
internal sealed class MailPace(int perMinute, TimeProvider time)
{
    private readonly TimeSpan _interval = perMinute == 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(1) / perMinute;
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>Waits for the time of the next mail.</summary>
    /// <param name="wanted">How many could be sent at once.</param>
    /// <returns>How many may be.</returns>
    public async ValueTask<int> WaitAsync(int wanted, CancellationToken cancellationToken)
    {
        if (_interval == TimeSpan.Zero)
        {
            return wanted;
        }

        var wait = _next - time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken);
        }

        return 1;
    }

    /// <summary>So many were taken.</summary>
    public void Taken(int count) => _next = time.GetUtcNow() + _interval * count;
}

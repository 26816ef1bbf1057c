namespace Todo.Messaging.Hosting;

/// <summary>Where this process is in its life: starting, ready, draining.</summary>
public sealed class ServiceState : IDisposable
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _draining = new();

    /// <summary>Completes when the database is migrated and the subscriptions are registered. Background work waits for it.</summary>
    public Task Started => _started.Task;

    /// <summary>Cancelled at SIGTERM: requests are still answered for <c>SHUTDOWN_DELAY</c>, new background work does not begin.</summary>
    public CancellationToken Draining => _draining.Token;

    public bool IsReady => _started.Task.IsCompletedSuccessfully && !_draining.IsCancellationRequested;

    internal void SetStarted() => _started.TrySetResult();

    internal void SetDraining() => _draining.Cancel();

    public void Dispose() => _draining.Dispose();
}

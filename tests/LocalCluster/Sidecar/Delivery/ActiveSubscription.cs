using LocalCluster.Sidecar.PubSub;
using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.Delivery;

/// <summary>A subscription that is running, and how it ends.</summary>
internal sealed class ActiveSubscription
{
    /// <summary>How long closing waits for the messages that the app has in hand.</summary>
    private static readonly TimeSpan InFlightLimit = TimeSpan.FromSeconds(30);

    private readonly EventDelivery _delivery;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITopicFeed? _feed;
    private int _inFlight = 1;

    private ActiveSubscription(SubscriptionSpec spec, EventDelivery delivery, TimeProvider time)
    {
        Spec = spec;
        _delivery = delivery;
        _time = time;
    }

    public SubscriptionSpec Spec { get; }

    /// <exception cref="PubSubException">The broker refuses the subscription.</exception>
    /// <exception cref="FormatException">A routing rule cannot be read.</exception>
    public static async Task<ActiveSubscription> OpenAsync(
        SubscriptionSpec spec,
        IPubSub pubsub,
        DeliveryServices services,
        CancellationToken cancellation)
    {
        var subscription = new ActiveSubscription(spec, new EventDelivery(spec, pubsub, services), services.Time);
        subscription._feed = await pubsub.SubscribeAsync(spec, subscription.HandleAsync, cancellation);
        return subscription;
    }

    /// <summary>Takes no further message and waits for those in flight, at most 30 s; then cuts their calls. Nothing unfinished is acknowledged.</summary>
    public async Task StopAsync()
    {
        if (!_closing.IsCancellationRequested)
        {
            await _closing.CancelAsync();
            _feed?.Stop();
            Leave();
        }

        await Task.WhenAny(_idle.Task, Task.Delay(InFlightLimit, _time, _abort.Token));
        await _abort.CancelAsync();
    }

    /// <summary>Cuts the calls in flight: the process has no more time.</summary>
    public void Abort() => _abort.Cancel();

    /// <summary>Gives the subscription back to the broker; call <see cref="StopAsync"/> first.</summary>
    public ValueTask ReleaseAsync() => _feed?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The orderly end before a shutdown: what the component has fetched is still delivered where it can be.</summary>
    public Task DrainAsync(CancellationToken cancellation) => _feed?.DrainAsync(cancellation) ?? Task.CompletedTask;

    private async Task<DeliveryOutcome> HandleAsync(IncomingMessage message, CancellationToken handBack)
    {
        if (_closing.IsCancellationRequested)
        {
            return DeliveryOutcome.Abandoned;
        }

        Interlocked.Increment(ref _inFlight);
        try
        {
            using var closing = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token, handBack);
            return await _delivery.DeliverAsync(message, closing.Token, _abort.Token);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            return DeliveryOutcome.Abandoned;
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0)
        {
            _idle.TrySetResult();
        }
    }
}

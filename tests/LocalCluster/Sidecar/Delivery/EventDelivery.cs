using LocalCluster.Sidecar.CommandLine;
using LocalCluster.Sidecar.Metrics;
using LocalCluster.Sidecar.PubSub;
using LocalCluster.Sidecar.Publishing;
using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.Delivery;

/// <summary>
/// One message of one subscription to its end: route, attempts under the inbound policy, dead letter. What it returns tells the
/// broker component whether to acknowledge.
/// </summary>
internal sealed class EventDelivery
{
    private const string NoTrace = "00-00000000000000000000000000000000-0000000000000000-00";

    private readonly DaprdOptions _options;
    private readonly SubscriptionSpec _spec;
    private readonly Routes _routes;
    private readonly bool _rawPayload;
    private readonly IPubSub _pubsub;
    private readonly RetryPolicy _policy;
    private readonly AppChannel _app;
    private readonly Publisher _publisher;
    private readonly SidecarMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    public EventDelivery(SubscriptionSpec spec, IPubSub pubsub, DeliveryServices services)
    {
        _options = services.Options;
        _spec = spec;
        _routes = new Routes(spec);
        _rawPayload = spec.Metadata.TryGetValue("rawPayload", out var raw) && GoBoolean.TryParse(raw, out var value) && value;
        _pubsub = pubsub;
        _policy = services.Policies.Inbound(spec.PubSubName);
        _app = services.App;
        _publisher = services.Publisher;
        _metrics = services.Metrics;
        _time = services.Time;
        _log = services.Log;
    }

    /// <param name="message">The stored message.</param>
    /// <param name="closing">Fires when the subscription closes: a failure is then neither acknowledged nor refused.</param>
    /// <param name="abort">Fires when closing has waited long enough: calls are cut.</param>
    public async Task<DeliveryOutcome> DeliverAsync(IncomingMessage message, CancellationToken closing, CancellationToken abort)
    {
        if (_rawPayload)
        {
            message = message with { Data = CloudEventEnvelope.WrapRaw(message.Data, _options.AppId, _spec.PubSubName, message.Topic, _time.GetUtcNow()) };
        }

        using var stored = StoredEvent.TryRead(message.Data);
        if (stored is null)
        {
            DeliveryLog.Undecodable(_log, _spec.PubSubName, _spec.Topic);
            _metrics.Delivered(_spec.PubSubName, _spec.Topic, "retry", "retry", TimeSpan.Zero);
            return await DeadLetterAsync(message, abort) ?? Refused(closing);
        }

        if (stored.IsExpired(_time.GetUtcNow()))
        {
            _metrics.Delivered(_spec.PubSubName, _spec.Topic, "drop", "drop", TimeSpan.Zero);
            return DeliveryOutcome.Done;
        }

        if (_routes.PathFor(stored.Root) is not { } path)
        {
            _metrics.Delivered(_spec.PubSubName, _spec.Topic, "drop", "success", TimeSpan.Zero);
            return await DeadLetterAsync(message, abort) ?? DeliveryOutcome.Done;
        }

        return await AttemptAsync(message, stored, path, closing, abort);
    }

    private async Task<DeliveryOutcome> AttemptAsync(
        IncomingMessage message,
        StoredEvent stored,
        string path,
        CancellationToken closing,
        CancellationToken abort)
    {
        for (var failures = 1; ; failures++)
        {
            var started = _time.GetTimestamp();
            var answer = await PostAsync(message, stored, path, abort);
            var elapsed = _time.GetElapsedTime(started);
            switch (answer)
            {
                case AppAnswer.Success:
                    _metrics.Delivered(_spec.PubSubName, _spec.Topic, "success", "success", elapsed);
                    return DeliveryOutcome.Done;
                case AppAnswer.Drop:
                    _metrics.Delivered(_spec.PubSubName, _spec.Topic, "drop", "success", elapsed);
                    return await DeadLetterAsync(message, abort) ?? DeliveryOutcome.Done;
                case AppAnswer.NotFound:
                    DeliveryLog.NotFound(_log, _spec.Topic, path);
                    _metrics.Delivered(_spec.PubSubName, _spec.Topic, "drop", "drop", elapsed);
                    return await DeadLetterAsync(message, abort) ?? DeliveryOutcome.Done;
            }

            _metrics.Delivered(_spec.PubSubName, _spec.Topic, "retry", "retry", elapsed);
            if (closing.IsCancellationRequested)
            {
                return DeliveryOutcome.Abandoned;
            }

            if (_policy.PauseAfter(failures, Random.Shared.NextDouble()) is not { } pause)
            {
                return await GiveUpAsync(message, closing, abort);
            }

            await Task.Delay(pause, _time, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (closing.IsCancellationRequested)
            {
                return DeliveryOutcome.Abandoned;
            }
        }
    }

    private async Task<AppAnswer> PostAsync(IncomingMessage message, StoredEvent stored, string path, CancellationToken abort)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(abort);
        if (_policy.Timeout is { } timeout)
        {
            limit.CancelAfter(timeout);
        }

        try
        {
            var response = await _app.SendAsync(HttpMethod.Post, path, message.Data, CloudEventEnvelope.ContentType, Headers(message, stored), limit.Token);
            var answer = AppAnswers.Read(response);
            if (answer == AppAnswer.Retry)
            {
                DeliveryLog.Retriable(_log, _spec.Topic, path, (int)response.Status);
            }

            return answer;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            DeliveryLog.Unanswered(_log, _spec.Topic, path, error.Message);
            return AppAnswer.Retry;
        }
    }

    private IEnumerable<KeyValuePair<string, string>> Headers(IncomingMessage message, StoredEvent stored)
    {
        yield return new("pubsubName", _spec.PubSubName);
        yield return new("traceparent", stored.TraceParent ?? message.Metadata.GetValueOrDefault("traceparent", NoTrace));
        if (stored.TraceState is { } state)
        {
            yield return new("tracestate", state);
        }

        foreach (var pair in message.Metadata)
        {
            if (!pair.Key.Equals("traceparent", StringComparison.OrdinalIgnoreCase) && !pair.Key.Equals("tracestate", StringComparison.OrdinalIgnoreCase))
            {
                yield return pair;
            }
        }
    }

    private async Task<DeliveryOutcome> GiveUpAsync(IncomingMessage message, CancellationToken closing, CancellationToken abort)
    {
        if (await DeadLetterAsync(message, abort) is not { } outcome)
        {
            return Refused(closing);
        }

        if (outcome == DeliveryOutcome.Done)
        {
            _metrics.Delivered(_spec.PubSubName, _spec.Topic, "drop", "drop", TimeSpan.Zero);
        }

        return outcome;
    }

    /// <returns>Null when the subscription has no dead-letter topic.</returns>
    private async Task<DeliveryOutcome?> DeadLetterAsync(IncomingMessage message, CancellationToken abort)
    {
        if (_spec.DeadLetterTopic.Length == 0)
        {
            return null;
        }

        var dead = new OutgoingMessage(_spec.DeadLetterTopic, message.Data, CloudEventEnvelope.ContentType, message.Metadata);
        var result = await _publisher.StoreAsync(_spec.PubSubName, _pubsub, dead, abort);
        if (result.Status == PublishStatus.Stored)
        {
            return DeliveryOutcome.Done;
        }

        DeliveryLog.DeadLetterFailed(_log, _spec.DeadLetterTopic, result.Message);
        return DeliveryOutcome.Failed;
    }

    private static DeliveryOutcome Refused(CancellationToken closing) =>
        closing.IsCancellationRequested ? DeliveryOutcome.Abandoned : DeliveryOutcome.Failed;
}

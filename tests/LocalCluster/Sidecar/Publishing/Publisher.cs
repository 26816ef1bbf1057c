using System.Text.Json;
using LocalCluster.Sidecar.CommandLine;
using LocalCluster.Sidecar.Components;
using LocalCluster.Sidecar.Delivery;
using LocalCluster.Sidecar.Metrics;
using LocalCluster.Sidecar.PubSub;

namespace LocalCluster.Sidecar.Publishing;

/// <summary>A publish call of the app.</summary>
internal sealed record PublishCall(
    string PubSubName,
    string Topic,
    ReadOnlyMemory<byte> Body,
    string ContentType,
    string TraceParent,
    string TraceState,
    IReadOnlyDictionary<string, string> Metadata);

/// <summary>How a publish call ended.</summary>
internal enum PublishStatus
{
    Stored,
    PubSubNotFound,
    BadMetadata,
    BadEnvelope,
    Refused,
}

/// <param name="Status">How it ended.</param>
/// <param name="Message">Why, unless it was stored.</param>
internal sealed record PublishResult(PublishStatus Status, string Message)
{
    public static PublishResult Stored { get; } = new(PublishStatus.Stored, "");
}

/// <summary>From the app's call to the broker: envelope, outbound policy, metrics.</summary>
internal sealed class Publisher
{
    private readonly DaprdOptions _options;
    private readonly ComponentRegistry _components;
    private readonly PolicyTable _policies;
    private readonly SidecarMetrics _metrics;
    private readonly TimeProvider _time;

    public Publisher(DaprdOptions options, ComponentRegistry components, PolicyTable policies, SidecarMetrics metrics, TimeProvider time)
    {
        _options = options;
        _components = components;
        _policies = policies;
        _metrics = metrics;
        _time = time;
    }

    /// <summary>Returns when the broker has acknowledged, or with the reason why not. A refusal leaves open whether the event was stored.</summary>
    public async Task<PublishResult> PublishAsync(PublishCall call, CancellationToken cancellation)
    {
        if (_components.PubSub(call.PubSubName) is not { } pubsub)
        {
            return new(PublishStatus.PubSubNotFound, $"pubsub {call.PubSubName} is not found");
        }

        var raw = false;
        if (call.Metadata.TryGetValue("rawPayload", out var text) && !GoBoolean.TryParse(text, out raw))
        {
            return new(PublishStatus.BadMetadata, $"failed deserializing metadata: rawPayload value must be a valid boolean: actual is '{text}'");
        }

        ReadOnlyMemory<byte> data;
        try
        {
            data = raw ? call.Body : CloudEventEnvelope.Create(
                call.Body,
                new EnvelopeContext(_options.AppId, call.PubSubName, call.Topic, call.ContentType, call.TraceParent, call.TraceState, call.Metadata),
                _time.GetUtcNow());
        }
        catch (JsonException error)
        {
            return new(PublishStatus.BadEnvelope, $"cannot create cloudevent: {error.Message}");
        }

        return await StoreAsync(call.PubSubName, pubsub, new OutgoingMessage(call.Topic, data, call.ContentType, call.Metadata), cancellation);
    }

    /// <summary>Stores a message as it is, for example in a dead-letter topic.</summary>
    public async Task<PublishResult> StoreAsync(string pubSubName, IPubSub pubsub, OutgoingMessage message, CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        try
        {
            await _policies.Outbound(pubSubName).RunAsync(token => pubsub.PublishAsync(message, token), _time, cancellation);
            _metrics.Published(pubSubName, message.Topic, success: true, _time.GetElapsedTime(started));
            return PublishResult.Stored;
        }
        catch (Exception error) when (error is PubSubException or TimeoutException)
        {
            _metrics.Published(pubSubName, message.Topic, success: false, _time.GetElapsedTime(started));
            return new(PublishStatus.Refused, $"error when publishing to topic {message.Topic} in pubsub {pubSubName}: {error.Message}");
        }
    }
}

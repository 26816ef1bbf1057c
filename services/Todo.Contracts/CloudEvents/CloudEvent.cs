using System.Text.Json;

namespace Todo.Contracts.CloudEvents;

/// <summary>A CloudEvent 1.0 with the extensions used here (CloudEvents specification, section 3 and its partitioning and tracing extensions).</summary>
public sealed record CloudEvent
{
    /// <summary>Media type of the structured form.</summary>
    public const string ContentType = "application/cloudevents+json";

    /// <summary>Unique together with <see cref="Source"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The producing service's app-id.</summary>
    public required string Source { get; init; }

    /// <summary>One of <see cref="EventTypes"/>, unless it comes from elsewhere.</summary>
    public required string Type { get; init; }

    /// <summary>What it is about, e.g. <c>tasks/42</c>.</summary>
    public string? Subject { get; init; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Extension <c>partitionkey</c>: events with the same key are delivered in order where the broker keeps one.</summary>
    public string? PartitionKey { get; init; }

    /// <summary>Extension <c>keyversion</c>: counts the events of one key, from 1.</summary>
    public long? KeyVersion { get; init; }

    /// <summary>Extension <c>traceparent</c> (W3C Trace Context).</summary>
    public string? TraceParent { get; init; }

    /// <summary>Set by Dapr: the Component over which the event travelled.</summary>
    public string? PubsubName { get; init; }

    /// <summary>The payload.</summary>
    public required JsonElement Data { get; init; }
}

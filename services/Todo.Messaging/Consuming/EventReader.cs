using System.Globalization;
using System.Text.Json;
using Todo.Contracts.CloudEvents;

namespace Todo.Messaging.Consuming;

/// <summary>
/// The tolerant reader: CloudEvents, the original's plain JSON objects, and junk, which becomes an event too, so that it can be recorded as dead.
/// </summary>
internal static class EventReader
{
    private const string UnknownType = "unknown";

    /// <summary>What Dapr calls an event that it has wrapped itself.</summary>
    private const string DaprsOwnType = "com.dapr.event.sent";

    /// <param name="key">Record key, where the transport carries one.</param>
    /// <param name="arrived">Stands in for the time of an event that carries none.</param>
    /// <param name="via">Transport of arrival; null: as the envelope says.</param>
    public static Arrival Read(string topic, ReadOnlyMemory<byte> body, string? key, DateTimeOffset arrived, string? via)
    {
        // PostgreSQL's text holds no NUL.
        key = key?.Replace("\0", "", StringComparison.Ordinal);
        JsonElement json = default;
        try
        {
            json = JsonSerializer.Deserialize<JsonElement>(body.Span);
            return Read(topic, body, key, arrived, via, json);
        }
        catch (JsonException e)
        {
            return Junk(topic, body, key, arrived, via, $"the body is not JSON: {e.Message}", json);
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair, escaped: valid JSON, but no text.
            return Junk(topic, body, key, arrived, via, $"the envelope is not valid text: {e.Message}", json);
        }
    }

    private static Arrival Read(string topic, ReadOnlyMemory<byte> body, string? key, DateTimeOffset arrived, string? via, JsonElement json)
    {
        if (!CloudEventJson.IsCloudEvent(json))
        {
            return json.ValueKind == JsonValueKind.Object
                ? Plain(topic, body, key, arrived, via, json)
                : Junk(topic, body, key, arrived, via, $"the body is a JSON {json.ValueKind}, not an object", json);
        }

        if (!CloudEventJson.TryRead(json, out var envelope, out var problem))
        {
            return Junk(topic, body, key, arrived, via, problem, json);
        }

        if (envelope.Type == DaprsOwnType && Unwrap(topic, body, key, arrived, via ?? envelope.PubsubName, envelope, json) is { } original)
        {
            return original;
        }

        var id = Guid.TryParse(envelope.Id, out var guid) ? guid : NameBasedId.OfCloudEvent(envelope.Source, envelope.Id);
        return new(
            new(id, topic, envelope.Type, envelope.PartitionKey ?? key, envelope.Time ?? arrived, envelope.Data, Via(via ?? envelope.PubsubName), envelope.TraceParent)
            {
                Version = envelope.KeyVersion,
            },
            body,
            Problem: null);
    }

    /// <summary>
    /// The original's plain JSON in the envelope that Dapr puts around what is none: the envelope has the id, the JSON all that matters. Published without a
    /// content type, the JSON is text; taken in as raw, it is Base64 under an id that is new with each delivery, so its bytes have to identify it.
    /// </summary>
    private static Arrival? Unwrap(
        string topic, ReadOnlyMemory<byte> body, string? key, DateTimeOffset arrived, string? via, CloudEvent envelope, JsonElement json)
    {
        if (json.TryGetProperty("data_base64", out var base64) && base64.TryGetBytesFromBase64(out var raw))
        {
            return Read(topic, raw, key, arrived, via);
        }

        var data = envelope.Data.ValueKind == JsonValueKind.String ? JsonSerializer.Deserialize<JsonElement>(envelope.Data.GetString()!) : envelope.Data;
        if (data.ValueKind != JsonValueKind.Object || Text(data, "event_type") is null)
        {
            return null;
        }

        var plain = Plain(topic, body, envelope.PartitionKey ?? key, envelope.Time ?? arrived, via, data);
        var id = Guid.TryParse(envelope.Id, out var guid) ? guid : NameBasedId.OfCloudEvent(envelope.Source, envelope.Id);
        return plain with { Event = plain.Event with { Id = id, TraceParent = envelope.TraceParent } };
    }

    // The original has no id that is the same on both of its transports, so the bytes themselves identify an event.
    private static Arrival Plain(string topic, ReadOnlyMemory<byte> body, string? key, DateTimeOffset arrived, string? via, JsonElement json)
    {
        var time = DateTimeOffset.TryParse(Text(json, "timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var stamp) ? stamp : arrived;
        return new(
            new(NameBasedId.OfBytes(topic, body.Span), topic, Text(json, "event_type") ?? UnknownType, key ?? Text(json, "task_id"), time, json, Via(via), null),
            body,
            Problem: null);
    }

    private static Arrival Junk(
        string topic, ReadOnlyMemory<byte> body, string? key, DateTimeOffset arrived, string? via, string problem, JsonElement json) =>
        new(new(NameBasedId.OfBytes(topic, body.Span), topic, UnknownType, key, arrived, json, Via(via), null), body, problem);

    private static string Via(string? name) => name ?? "unknown";

    private static string? Text(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()?.Replace("\0", "", StringComparison.Ordinal) is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };
}

using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalCluster.Sidecar.Publishing;

/// <summary>What the envelope needs to know besides the body.</summary>
internal sealed record EnvelopeContext(
    string AppId,
    string PubSubName,
    string Topic,
    string ContentType,
    string TraceParent,
    string TraceState,
    IReadOnlyDictionary<string, string> Metadata);

/// <summary>
/// The CloudEvents 1.0 envelope that Dapr puts around a body, or completes when the body is a CloudEvent already
/// (components-contrib pubsub/envelope.go). Fields are in alphabetical order, as Go writes a map.
/// </summary>
internal static class CloudEventEnvelope
{
    public const string ContentType = "application/cloudevents+json";

    private const string Override = "cloudevent.";

    public static bool IsCloudEvent(string contentType) => contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Wraps or completes <paramref name="body"/>.</summary>
    /// <exception cref="JsonException">The body claims to be a CloudEvent and is not a JSON object.</exception>
    public static byte[] Create(ReadOnlyMemory<byte> body, EnvelopeContext context, DateTimeOffset now)
    {
        var fields = IsCloudEvent(context.ContentType) ? Complete(body, context, now) : Wrap(body, context, now);
        if (TimeToLive(context.Metadata) is { } ttl)
        {
            fields["expiration"] = Json(Rfc3339(now + ttl));
        }

        return Write(fields);
    }

    /// <summary>What a subscription with <c>rawPayload: "true"</c> delivers: any bytes, under an id that is new at each delivery.</summary>
    public static byte[] WrapRaw(ReadOnlyMemory<byte> data, string appId, string pubSubName, string topic, DateTimeOffset now) => Write(new(StringComparer.Ordinal)
    {
        ["data_base64"] = Json(Convert.ToBase64String(data.Span)),
        ["datacontenttype"] = Json("application/octet-stream"),
        ["id"] = Json(Guid.NewGuid().ToString()),
        ["pubsubname"] = Json(pubSubName),
        ["source"] = Json(appId),
        ["specversion"] = Json("1.0"),
        ["time"] = Json(Rfc3339(now)),
        ["topic"] = Json(topic),
        ["type"] = Json("com.dapr.event.sent"),
    });

    /// <summary>RFC 3339 in UTC with whole seconds, Dapr's form.</summary>
    public static string Rfc3339(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static SortedDictionary<string, string> Wrap(ReadOnlyMemory<byte> body, EnvelopeContext context, DateTimeOffset now)
    {
        var contentType = context.ContentType.Length == 0 ? "text/plain" : context.ContentType;
        var fields = Defaults(context, now);
        fields["datacontenttype"] = Json(contentType);
        fields["topic"] = Json(context.Topic);
        fields["pubsubname"] = Json(context.PubSubName);
        foreach (var (name, value) in context.Metadata)
        {
            if (name.StartsWith(Override, StringComparison.Ordinal) && IsOverridable(name[Override.Length..]))
            {
                fields[name[Override.Length..]] = Json(value);
            }
        }

        if (IsJson(contentType) && Compact(body) is { } json)
        {
            fields["data"] = json;
        }
        else if (contentType.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase))
        {
            fields["data_base64"] = Json(Convert.ToBase64String(body.Span));
        }
        else
        {
            fields["data"] = Json(Encoding.UTF8.GetString(body.Span));
        }

        return fields;
    }

    private static SortedDictionary<string, string> Complete(ReadOnlyMemory<byte> body, EnvelopeContext context, DateTimeOffset now)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("a CloudEvent is a JSON object");
        }

        var fields = Defaults(context, now);
        foreach (var field in document.RootElement.EnumerateObject())
        {
            fields[field.Name] = field.Value.GetRawText();
        }

        fields["topic"] = Json(context.Topic);
        fields["pubsubname"] = Json(context.PubSubName);
        return fields;
    }

    private static SortedDictionary<string, string> Defaults(EnvelopeContext context, DateTimeOffset now) => new(StringComparer.Ordinal)
    {
        ["id"] = Json(Guid.NewGuid().ToString()),
        ["source"] = Json(context.AppId),
        ["specversion"] = Json("1.0"),
        ["time"] = Json(Rfc3339(now)),
        ["traceid"] = Json(context.TraceParent),
        ["traceparent"] = Json(context.TraceParent),
        ["tracestate"] = Json(context.TraceState),
        ["type"] = Json("com.dapr.event.sent"),
    };

    private static bool IsOverridable(string field) =>
        field is "id" or "source" or "type" or "subject" or "traceid" or "traceparent" or "tracestate" or "time";

    private static TimeSpan? TimeToLive(IReadOnlyDictionary<string, string> metadata) =>
        (metadata.TryGetValue("ttlInSeconds", out var text) || metadata.TryGetValue("ttl", out text))
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static bool IsJson(string contentType)
    {
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        var media = (end < 0 ? contentType : contentType[..end]).Trim();
        return media.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The body as one JSON value, or null when it only claims to be JSON: it then travels as a string.</summary>
    private static string? Compact(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetRawText();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Json(string text) => JsonValue.Create(text).ToJsonString();

    private static byte[] Write(SortedDictionary<string, string> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, raw) in fields)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(raw, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Todo.Contracts.CloudEvents;

/// <summary>Structured JSON form of CloudEvents (JSON Event Format 1.0).</summary>
public static class CloudEventJson
{
    /// <summary>
    /// Writes the envelope, with the attributes of <see cref="CloudEvent"/>, around <paramref name="data"/>: UTF-8 of one JSON value, taken byte for byte.
    /// </summary>
    public static byte[] Write(
        string id, string source, string type, string? subject, DateTimeOffset time, string? partitionKey, long? keyVersion, string? traceParent,
        ReadOnlySpan<byte> data)
    {
        var buffer = new ArrayBufferWriter<byte>(data.Length + 400);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("specversion"u8, "1.0"u8);
            writer.WriteString("id"u8, id);
            writer.WriteString("source"u8, source);
            writer.WriteString("type"u8, type);
            WriteUnlessNull(writer, "subject"u8, subject);
            writer.WriteString("time"u8, time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture));
            writer.WriteString("datacontenttype"u8, "application/json"u8);
            WriteUnlessNull(writer, "partitionkey"u8, partitionKey);
            if (keyVersion is { } version)
            {
                writer.WriteNumber("keyversion"u8, version);
            }

            WriteUnlessNull(writer, "traceparent"u8, traceParent);
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(data, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Whether a JSON object is a CloudEvent at all; the original system's events are plain objects.</summary>
    public static bool IsCloudEvent(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("specversion", out _) && json.TryGetProperty("type", out _);

    /// <summary>Reads an envelope; text that is not valid Unicode throws <see cref="InvalidOperationException"/>. <paramref name="problem"/> says what a required attribute lacks.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out CloudEvent? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            problem = $"a CloudEvent is a JSON object, not {json.ValueKind}";
            return false;
        }

        var (id, source, type) = (Text(json, "id"), Text(json, "source"), Text(json, "type"));
        problem = id is null ? "attribute id is missing" : source is null ? "attribute source is missing" : type is null ? "attribute type is missing" : null;
        if (problem is not null)
        {
            return false;
        }

        value = new()
        {
            Id = id!,
            Source = source!,
            Type = type!,
            Subject = Text(json, "subject"),
            Time = DateTimeOffset.TryParse(Text(json, "time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null,
            PartitionKey = Text(json, "partitionkey"),
            KeyVersion = json.TryGetProperty("keyversion", out var v) && v.ValueKind == JsonValueKind.Number && v.TryGetInt64(out var version) ? version : null,
            TraceParent = Text(json, "traceparent"),
            PubsubName = Text(json, "pubsubname"),
            Data = Data(json),
        };
        problem = null;
        return true;
    }

    private static JsonElement Data(JsonElement json) =>
        json.TryGetProperty("data", out var data) ? data : JsonSerializer.SerializeToElement<object?>(null);

    // Dapr writes empty strings for what it does not know. CloudEvents allows no control characters (section 3.1, type String).
    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString()?.Replace("\0", "", StringComparison.Ordinal) is { Length: > 0 } text
            ? text
            : null;

    private static void WriteUnlessNull(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}

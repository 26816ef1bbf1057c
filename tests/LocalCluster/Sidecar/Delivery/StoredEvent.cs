using System.Globalization;
using System.Text.Json;

namespace LocalCluster.Sidecar.Delivery;

/// <summary>What the sidecar reads out of a stored message. The message itself is passed on unchanged.</summary>
internal sealed class StoredEvent : IDisposable
{
    private readonly JsonDocument _json;

    private StoredEvent(JsonDocument json) => _json = json;

    public JsonElement Root => _json.RootElement;

    public string? TraceParent => Text("traceparent");

    public string? TraceState => Text("tracestate");

    /// <summary>Any JSON object will do, a CloudEvent or not. Arrays, strings, numbers and junk will not.</summary>
    public static StoredEvent? TryRead(ReadOnlyMemory<byte> data)
    {
        try
        {
            var json = JsonDocument.Parse(data);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return new StoredEvent(json);
            }

            json.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public bool IsExpired(DateTimeOffset now) =>
        Text("expiration") is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expiration)
        && expiration <= now;

    public void Dispose() => _json.Dispose();

    private string? Text(string name) =>
        Root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}

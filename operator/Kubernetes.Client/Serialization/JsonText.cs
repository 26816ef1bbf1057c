using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kubernetes.Client.Serialization;

/// <summary>
/// A JSON value as its text, parsed anew by each who reads it. For parts of objects that are kept by the thousand and seldom looked into: a parsed document keeps the text too, and a table of all its tokens beside it.
/// </summary>
[JsonConverter(typeof(JsonTextConverter))]
public sealed class JsonText
{
    private readonly byte[] _utf8;

    internal JsonText(ReadOnlySpan<byte> utf8) => _utf8 = utf8.ToArray();

    /// <summary>The text.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>The value, in a document of its own.</summary>
    public JsonElement Parse() => JsonElement.Parse(_utf8);

    /// <summary>The text.</summary>
    public override string ToString() => System.Text.Encoding.UTF8.GetString(_utf8);
}

/// <summary>JSON of <see cref="JsonText"/>: as it stands.</summary>
public sealed class JsonTextConverter : JsonConverter<JsonText>
{
    /// <inheritdoc/>
    public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new JsonText(JsonMarshal.GetRawUtf8Value(document.RootElement));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) => writer.WriteRawValue(value.Utf8, skipInputValidation: true);
}

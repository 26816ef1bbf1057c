using System.Text.Json;
using System.Text.Json.Serialization;
using Kubernetes.Client.Models;

namespace Kubernetes.Client.Serialization;

/// <summary>JSON of <see cref="IntOrString"/>.</summary>
public sealed class IntOrStringConverter : JsonConverter<IntOrString>
{
    /// <inheritdoc/>
    public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetInt32() : reader.GetString() ?? "";

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
    {
        if (value.Text is { } text)
        {
            writer.WriteStringValue(text);
        }
        else
        {
            writer.WriteNumberValue(value.Number ?? 0);
        }
    }
}

/// <summary>JSON of <see cref="ResourceQuantity"/>; a bare number is read as well.</summary>
public sealed class ResourceQuantityConverter : JsonConverter<ResourceQuantity>
{
    /// <inheritdoc/>
    public override ResourceQuantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.Number
            ? reader.GetDecimal().ToString(System.Globalization.CultureInfo.InvariantCulture)
            : reader.GetString() ?? "";
        return ResourceQuantity.TryParse(text, out _) ? new ResourceQuantity(text) : throw new JsonException($"\"{text}\" is not a quantity.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ResourceQuantity value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

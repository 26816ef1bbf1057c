using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kubernetes.Client.Serialization;

/// <summary>
/// Reads strings so that equal short ones are, as a rule, the same object: what is read here is kept in caches, where thousands of objects have the same labels, kinds, names of fields
/// and owners. A table of fixed size remembers them, so that what is seen only once displaces others and does not stay.
/// </summary>
internal sealed class SharedStringConverter : JsonConverter<string>
{
    private const int Size = 4096;
    private const int LongestBytes = 64;

    // Another thread may write a slot meanwhile: each holds a string or none, and it is compared before it is used.
    private readonly string?[] _known = new string?[Size];

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Shared(ref reader);

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Shared(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    private string Shared(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > LongestBytes)
        {
            return reader.GetString()!;
        }

        var hash = default(HashCode);
        hash.AddBytes(reader.ValueSpan);
        ref var slot = ref _known[hash.ToHashCode() & (Size - 1)];
        var known = slot;
        return known is not null && reader.ValueTextEquals(known) ? known : slot = reader.GetString()!;
    }
}

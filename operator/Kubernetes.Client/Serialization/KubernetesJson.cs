using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Kubernetes.Client.Serialization;

/// <summary>JSON as the Kubernetes API writes it: camelCase, nulls left out, enums as their names, times and durations in its notation.</summary>
public sealed class KubernetesJson
{
    /// <summary>Takes source-generated contexts of further types; types that no context knows are read by reflection.</summary>
    public KubernetesJson(params IEnumerable<IJsonTypeInfoResolver> contexts)
    {
        Options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DictionaryKeyPolicy = null,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new TimeConverter(), new DurationConverter(), new JsonStringEnumConverter(), new SharedStringConverter() },
            TypeInfoResolver = JsonTypeInfoResolver.Combine([KubernetesJsonContext.Default, .. contexts, new DefaultJsonTypeInfoResolver()]),
        };
        Options.MakeReadOnly();
    }

    /// <summary>JSON of the built-in types, and of others by reflection.</summary>
    public static KubernetesJson Default { get; } = new();

    /// <summary>The settings; read-only.</summary>
    public JsonSerializerOptions Options { get; }

    /// <summary>How a type is read and written.</summary>
    public JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>An object as UTF-8 JSON.</summary>
    public byte[] ToBytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, TypeInfo<T>());

    /// <summary>An object as a JSON tree of its own.</summary>
    public JsonObject ToNode<T>(T value) =>
        JsonSerializer.SerializeToNode(value, TypeInfo<T>()) as JsonObject ?? throw new JsonException($"{typeof(T).Name} is not a JSON object.");

    /// <summary>Reads an object.</summary>
    /// <exception cref="JsonException">Malformed, or null.</exception>
    public T FromBytes<T>(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, TypeInfo<T>()) ?? throw new JsonException($"null instead of a {typeof(T).Name}.");

    /// <summary>Reads an object from a JSON tree.</summary>
    /// <exception cref="JsonException">Malformed, or null.</exception>
    public T FromNode<T>(JsonNode node) =>
        node.Deserialize(TypeInfo<T>()) ?? throw new JsonException($"null instead of a {typeof(T).Name}.");

    /// <inheritdoc cref="FromNode{T}"/>
    public object FromNode(JsonNode node, Type type) =>
        node.Deserialize(Options.GetTypeInfo(type)) ?? throw new JsonException($"null instead of a {type.Name}.");

    /// <summary>A deep copy.</summary>
    public T Copy<T>(T value) => FromBytes<T>(ToBytes(value));
}

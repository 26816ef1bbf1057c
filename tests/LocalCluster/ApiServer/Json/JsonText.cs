using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Json;

/// <summary>JSON text in and out, with the settings of a Kubernetes API server.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Indented = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    // A field given twice is a mistake in every mode: which of the two would be meant?
    private static readonly JsonDocumentOptions Reading = new() { AllowDuplicateProperties = false, MaxDepth = 256 };

    public static JsonNode? Parse(ReadOnlyMemory<byte> utf8) => JsonNode.Parse(utf8.Span, documentOptions: Reading);

    public static JsonNode? Parse(string text) => JsonNode.Parse(text, documentOptions: Reading);

    public static JsonObject ParseObject(ReadOnlyMemory<byte> utf8) => (JsonObject)Parse(utf8)!;

    public static byte[] ToUtf8(JsonNode? node, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, indented ? Indented : Writing))
        {
            Write(writer, node);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static string ToText(JsonNode? node) => System.Text.Encoding.UTF8.GetString(ToUtf8(node));

    /// <summary>A copy in which every value came from text, so that <c>(int)node</c> and <c>(long)node</c> both work on it.</summary>
    public static JsonObject Normalize(JsonObject value) => ParseObject(ToUtf8(value));

    private static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        if (node is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            node.WriteTo(writer);
        }
    }
}

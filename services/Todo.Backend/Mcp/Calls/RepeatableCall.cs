using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using Todo.Backend.Idempotency;

namespace Todo.Backend.Mcp.Calls;

/// <summary>
/// A call with a key, which its client may send again when no answer came: it changes nothing twice and is answered as before. The key is in the call's <c>_meta</c>, where
/// clients can set it for each call; a header they set once for all.
/// </summary>
/// <param name="Hash">Of the tool's name and the arguments: one key stands for one operation.</param>
internal sealed record RepeatableCall(string Key, byte[] Hash)
{
    private const string KeyName = "io.todo/idempotency-key";
    private const string ReplayedName = "io.todo/idempotency-replayed";

    /// <exception cref="ToolException">The key is none.</exception>
    public static RepeatableCall? Of(CallToolRequestParams call) => call.Meta?[KeyName] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var key) && IdempotencyStore.IsValid(key) => new(key, HashOf(call)),
        _ => throw Refused($"1 to {IdempotencyStore.MaxKeyLength} visible ASCII characters."),
    };

    public static ToolException Refused(string message) => ToolException.For($"_meta.{KeyName}", message);

    /// <summary>Says of a result that it is an earlier one.</summary>
    public static void Mark(CallToolResult result) => (result.Meta ??= [])[ReplayedName] = true;

    private static byte[] HashOf(CallToolRequestParams call)
    {
        using var arguments = new MemoryStream();
        using (var writer = new Utf8JsonWriter(arguments))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in (call.Arguments ?? new Dictionary<string, JsonElement>()).OrderBy(argument => argument.Key, StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"tools/call {call.Name}\n"));
        hash.AppendData(arguments.ToArray());
        return hash.GetHashAndReset();
    }
}

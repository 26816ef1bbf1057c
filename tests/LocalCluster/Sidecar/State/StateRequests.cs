using System.Globalization;
using System.Text;
using System.Text.Json;
using LocalCluster.Sidecar.CommandLine;

namespace LocalCluster.Sidecar.State;

/// <summary>The request cannot be carried out as it is written (400).</summary>
internal sealed class StateRequestException(string message) : Exception(message);

/// <summary>The stored key: by default the app's id goes before it.</summary>
internal sealed class StateKeys(string strategy, DaprdOptions options, string store)
{
    private const string Separator = "||";

    private readonly string _prefix = strategy switch
    {
        "none" => "",
        "name" => store + Separator,
        "namespace" when options.Namespace.Length > 0 => options.Namespace + "." + options.AppId + Separator,
        "appid" or "namespace" => options.AppId + Separator,
        var other => other + Separator,
    };

    /// <exception cref="StateRequestException">The key contains the separator.</exception>
    public string Full(string key) => key.Contains(Separator, StringComparison.Ordinal)
        ? throw new StateRequestException($"input key/keyPrefix '{key}' can't contain '{Separator}'")
        : _prefix + key;
}

/// <summary>Reading the bodies of state calls.</summary>
internal static class StateRequests
{
    public static StateWrite Upsert(JsonElement item, StateKeys keys)
    {
        var value = item.TryGetProperty("value", out var json) ? Encoding.UTF8.GetBytes(json.GetRawText()) : "null"u8.ToArray();
        return new StateWrite(keys.Full(Text(item, "key")), value, NullIfEmpty(Text(item, "etag")), IsFirstWrite(item), TimeToLive(item));
    }

    public static IReadOnlyList<StateWrite> Operations(JsonElement body, StateKeys keys)
    {
        if (!body.TryGetProperty("operations", out var operations) || operations.ValueKind != JsonValueKind.Array)
        {
            throw new StateRequestException("operations are missing");
        }

        return [.. operations.EnumerateArray().Select(operation => Text(operation, "operation") switch
        {
            "upsert" => Upsert(Request(operation), keys),
            "delete" => new StateWrite(keys.Full(Text(Request(operation), "key")), null, NullIfEmpty(Text(Request(operation), "etag")), false, null),
            var other => throw new StateRequestException($"operation type {other} not supported"),
        })];
    }

    public static IReadOnlyList<string> Keys(JsonElement body) =>
        body.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
            ? [.. keys.EnumerateArray().Select(key => key.ToString())]
            : throw new StateRequestException("keys are missing");

    private static JsonElement Request(JsonElement operation) =>
        operation.TryGetProperty("request", out var request) ? request : throw new StateRequestException("an operation has no request");

    private static bool IsFirstWrite(JsonElement item) =>
        item.TryGetProperty("options", out var options) && Text(options, "concurrency") == "first-write";

    /// <summary>-1 means for ever.</summary>
    private static TimeSpan? TimeToLive(JsonElement item)
    {
        if (!item.TryGetProperty("metadata", out var metadata) || Text(metadata, "ttlInSeconds") is not { Length: > 0 } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) || seconds < -1)
        {
            throw new StateRequestException($"incorrect value for metadata 'ttlInSeconds': {text}");
        }

        return seconds > 0 ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static string Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}

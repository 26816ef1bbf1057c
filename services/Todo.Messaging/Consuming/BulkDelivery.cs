using System.Collections.Concurrent;
using System.Text.Json;

namespace Todo.Messaging.Consuming;

/// <summary>
/// Several events in one request, as Dapr's bulk subscribe sends them. Each is handled, acknowledged or asked for again by itself: an entry without a status of its own
/// would be delivered for ever.
/// </summary>
internal static class BulkDelivery
{
    private const int Concurrency = 10;

    private static ReadOnlySpan<byte> Type => "com.dapr.event.sent.bulk"u8;

    /// <summary>The entries of a bulk request; null: the body is one event.</summary>
    public static IReadOnlyList<BulkEntry>? Read(ReadOnlyMemory<byte> body)
    {
        // One event is the rule; only a body that mentions the type is read twice.
        if (body.Span.IndexOf(Type) < 0)
        {
            return null;
        }

        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(body.Span);
            return json.ValueKind == JsonValueKind.Object
                && json.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals(Type)
                && json.TryGetProperty("entries", out var entries) && entries.ValueKind == JsonValueKind.Array
                ? [.. entries.EnumerateArray().Select(Entry)]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Handles the entries: those of one key one after the other, in their order, and after one that has to come again none of its key.</summary>
    /// <param name="entries">In the order of the request.</param>
    /// <param name="read">Turns an entry into an arrival.</param>
    /// <param name="dispatch">Handles an arrival.</param>
    /// <returns>Dapr's answer: a status per entry.</returns>
    public static async Task<BulkAnswer> HandleAsync(
        IReadOnlyList<BulkEntry> entries, Func<BulkEntry, Arrival> read, Func<Arrival, Task<DispatchOutcome>> dispatch)
    {
        var statuses = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var chains = entries.Select(e => (e.Id, Arrival: read(e))).GroupBy(e => e.Arrival.Event.Key ?? e.Id, StringComparer.Ordinal);
        await Parallel.ForEachAsync(chains, new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (chain, _) =>
        {
            var again = false;
            foreach (var (id, arrival) in chain)
            {
                again = again || await dispatch(arrival) == DispatchOutcome.Retry;
                statuses[id] = again ? DaprStatus.Retry : DaprStatus.Success;
            }
        });
        return new BulkAnswer([.. entries.Select(e => new BulkStatus(e.Id, statuses[e.Id]))]);
    }

    private static BulkEntry Entry(JsonElement entry)
    {
        var body = entry.TryGetProperty("event", out var value) ? JsonSerializer.SerializeToUtf8Bytes(value) : [];
        var key = entry.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object ? Text(metadata, "__key") : null;
        return new BulkEntry(Text(entry, "entryId") ?? "", key, body);
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <param name="Id">Dapr's <c>entryId</c>, unique in its request.</param>
/// <param name="Key">Record key, where the broker has one.</param>
/// <param name="Body">The event as it would come alone.</param>
internal sealed record BulkEntry(string Id, string? Key, ReadOnlyMemory<byte> Body);

/// <summary>Answer to a bulk request.</summary>
internal sealed record BulkAnswer(IReadOnlyList<BulkStatus> Statuses);

/// <param name="Status">One of <see cref="DaprStatus"/>.</param>
internal sealed record BulkStatus(string EntryId, string Status);

/// <summary>What an app tells its sidecar of an event.</summary>
internal static class DaprStatus
{
    public const string Success = "SUCCESS";
    public const string Retry = "RETRY";
}

using System.Net;
using System.Text.Json;
using LocalCluster.Sidecar.Delivery;
using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.Runtime;

/// <summary>The app's answer to <c>GET /dapr/subscribe</c>.</summary>
internal static class ProgrammaticSubscriptions
{
    /// <summary>Asks the app. 404 and answers that cannot be read mean none.</summary>
    /// <exception cref="HttpRequestException">No connection to the app.</exception>
    public static async Task<IReadOnlyList<SubscriptionSpec>> AskAsync(AppChannel app, CancellationToken cancellation)
    {
        var response = await app.SendAsync(HttpMethod.Get, "/dapr/subscribe", default, null, [], cancellation);
        return response.Status == HttpStatusCode.OK ? Read(response.Body) : [];
    }

    /// <summary>Reads both forms: <c>route</c>, and <c>routes</c> with rules and a default.</summary>
    public static IReadOnlyList<SubscriptionSpec> Read(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Array ? [.. json.RootElement.EnumerateArray().Select(Subscription)] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static SubscriptionSpec Subscription(JsonElement item)
    {
        var routes = item.TryGetProperty("routes", out var value) && value.ValueKind == JsonValueKind.Object ? value : default;
        var rules = routes.ValueKind == JsonValueKind.Object && routes.TryGetProperty("rules", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(rule => new RouteRule(Text(rule, "match"), Text(rule, "path"))).ToList()
            : [];
        var fallback = Text(routes, "default");
        var metadata = item.TryGetProperty("metadata", out var map) && map.ValueKind == JsonValueKind.Object
            ? map.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.ToString(), StringComparer.Ordinal)
            : [];
        return new SubscriptionSpec(
            "",
            Text(item, "pubsubname"),
            Text(item, "topic"),
            rules,
            fallback.Length > 0 ? fallback : Text(item, "route"),
            Text(item, "deadLetterTopic"),
            metadata,
            Bulk(item),
            [],
            SubscriptionOrigin.Programmatic,
            item.GetRawText());
    }

    private static BulkSubscribe? Bulk(JsonElement item)
    {
        if (!item.TryGetProperty("bulkSubscribe", out var bulk) || bulk.ValueKind != JsonValueKind.Object
            || !bulk.TryGetProperty("enabled", out var enabled) || enabled.ValueKind != JsonValueKind.True)
        {
            return null;
        }

        return new BulkSubscribe(Number(bulk, "maxMessagesCount", 100), TimeSpan.FromMilliseconds(Number(bulk, "maxAwaitDurationMs", 1000)));
    }

    private static int Number(JsonElement item, string name, int fallback) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : fallback;

    private static string Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() ?? ""
            : "";
}

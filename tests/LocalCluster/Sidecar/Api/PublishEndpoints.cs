using System.Text;
using System.Text.Json;
using LocalCluster.Sidecar.Publishing;
using Microsoft.AspNetCore.Http.Features;

namespace LocalCluster.Sidecar.Api;

/// <summary><c>/v1.0/publish/{pubsub}/{topic}</c> and its bulk form.</summary>
internal sealed class PublishEndpoints(ApiContext api)
{
    private static readonly string[] Verbs = ["POST", "PUT"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1.0/publish/bulk/{pubsub}/{**topic}", Verbs, BulkAsync);
        routes.MapMethods("/v1.0-alpha1/publish/bulk/{pubsub}/{**topic}", Verbs, BulkAsync);
        routes.MapMethods("/v1.0/publish/{pubsub}/{**topic}", Verbs, PublishAsync);
    }

    private async Task PublishAsync(HttpContext context)
    {
        var (pubsub, topic) = (RequestBody.Route(context, "pubsub"), RequestBody.Route(context, "topic"));
        if (topic.Length == 0)
        {
            await DirectInvoke.NotFoundAsync(context);
            return;
        }

        // All of it is read: a client that is still sending when the connection closes never sees the answer.
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        var body = await RequestBody.ReadAsync(context);
        if (body.Length > api.Options.MaxBodySize)
        {
            // Dapr has no 413 here: a body that is too large looks like a broker that refuses.
            await ApiError.WriteAsync(context, 500, "ERR_PUBSUB_PUBLISH_MESSAGE", $"error when publishing to topic {topic} in pubsub {pubsub}: stream too large");
            return;
        }

        var call = new PublishCall(
            pubsub,
            topic,
            body,
            context.Request.ContentType ?? "",
            RequestBody.TraceParent(context),
            context.Request.Headers.TraceState.ToString(),
            RequestBody.Metadata(context));
        await AnswerAsync(context, call, await api.Publisher.PublishAsync(call, context.RequestAborted));
    }

    private static Task AnswerAsync(HttpContext context, PublishCall call, PublishResult result)
    {
        if (result.Status == PublishStatus.Stored)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        var (status, code) = Code(result.Status);
        return ApiError.WriteAsync(context, status, code, result.Message, [new("pubSubName", call.PubSubName), new("topic", call.Topic)]);
    }

    private static (int Status, string Code) Code(PublishStatus status) => status switch
    {
        PublishStatus.PubSubNotFound => (StatusCodes.Status404NotFound, "ERR_PUBSUB_NOT_FOUND"),
        PublishStatus.BadMetadata => (StatusCodes.Status400BadRequest, "ERR_PUBSUB_REQUEST_METADATA"),
        PublishStatus.BadEnvelope => (StatusCodes.Status500InternalServerError, "ERR_PUBSUB_CLOUD_EVENTS_SER"),
        _ => (StatusCodes.Status500InternalServerError, "ERR_PUBSUB_PUBLISH_MESSAGE"),
    };

    private async Task BulkAsync(HttpContext context)
    {
        var (pubsub, topic) = (RequestBody.Route(context, "pubsub"), RequestBody.Route(context, "topic"));
        if (topic.Length == 0)
        {
            await DirectInvoke.NotFoundAsync(context);
            return;
        }

        List<(string EntryId, PublishCall Call)> calls;
        try
        {
            calls = ReadEntries(context, pubsub, topic, await RequestBody.ReadAsync(context));
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            await ApiError.WriteAsync(context, 400, "ERR_PUBSUB_EVENTS_SER", $"error when unmarshaling the request for topic {topic} pubsub {pubsub}: {error.Message}");
            return;
        }

        // All at once: neither Dapr nor the brokers promise an order inside a bulk.
        var results = await Task.WhenAll(calls.Select(async entry => (entry.EntryId, Result: await api.Publisher.PublishAsync(entry.Call, context.RequestAborted))));
        var failed = results.Where(entry => entry.Result.Status != PublishStatus.Stored).ToList();
        if (failed.Count == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var (status, code) = Code(failed[0].Result.Status);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("failedEntries");
        foreach (var (entryId, result) in failed)
        {
            json.WriteStartObject();
            json.WriteString("entryId", entryId);
            json.WriteString("error", result.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("errorCode", code);
        json.WriteEndObject();
    }

    private static List<(string EntryId, PublishCall Call)> ReadEntries(HttpContext context, string pubsub, string topic, byte[] body)
    {
        var shared = RequestBody.Metadata(context);
        using var json = JsonDocument.Parse(body);
        var calls = new List<(string, PublishCall)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (json.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("the body is not an array of entries");
        }

        foreach (var entry in json.RootElement.EnumerateArray())
        {
            var id = entry.TryGetProperty("entryId", out var value) ? value.ToString() : "";
            if (id.Length == 0 || !seen.Add(id) || !entry.TryGetProperty("event", out var payload))
            {
                throw new FormatException("entryId is duplicated or not present for entry");
            }

            var contentType = entry.TryGetProperty("contentType", out var type) ? type.ToString() : "";
            var metadata = new Dictionary<string, string>(shared, StringComparer.Ordinal);
            if (entry.TryGetProperty("metadata", out var own) && own.ValueKind == JsonValueKind.Object)
            {
                foreach (var field in own.EnumerateObject())
                {
                    metadata[field.Name] = field.Value.ToString();
                }
            }

            calls.Add((id, new PublishCall(pubsub, topic, EventBytes(payload, contentType), contentType, RequestBody.TraceParent(context), "", metadata)));
        }

        return calls;
    }

    private static byte[] EventBytes(JsonElement payload, string contentType)
    {
        if (payload.ValueKind != JsonValueKind.String)
        {
            return Encoding.UTF8.GetBytes(payload.GetRawText());
        }

        return contentType == "application/octet-stream"
            ? Convert.FromBase64String(payload.GetString()!)
            : Encoding.UTF8.GetBytes(contentType.Contains("json", StringComparison.Ordinal) ? payload.GetRawText() : payload.GetString()!);
    }
}

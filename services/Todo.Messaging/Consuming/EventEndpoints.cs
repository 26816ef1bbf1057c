using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Todo.Messaging.Hosting;

namespace Todo.Messaging.Consuming;

/// <summary>Where the sidecar delivers. The routes exist whatever the flags say: a 404 would lose the message.</summary>
internal static partial class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder app)
    {
        app.MapGet("/dapr/subscribe", () => Results.Json(Array.Empty<object>())).RequireSidecar();
        app.MapPost("/events/{topic}", ReceiveAsync).RequireSidecar();
    }

    private static async Task<IResult> ReceiveAsync(
        string topic, HttpContext context, Dispatcher dispatcher, TimeProvider time, ILogger<Dispatcher> log)
    {
        if (!dispatcher.Knows(topic))
        {
            NotOurs(log, topic);
            return Answer(DaprStatus.Retry, StatusCodes.Status503ServiceUnavailable);
        }

        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var body = buffer.ToArray();
        var headers = context.Request.Headers;

        // The header names the Component it arrived over; the envelope the one it was published to.
        var via = headers["pubsubName"].FirstOrDefault();
        if (BulkDelivery.Read(body) is { } entries)
        {
            return Results.Json(await BulkDelivery.HandleAsync(entries, e => EventReader.Read(topic, e.Body, e.Key, time.GetUtcNow(), via), DispatchAsync));
        }

        var outcome = await DispatchAsync(EventReader.Read(topic, body, headers["__key"], time.GetUtcNow(), via));
        return outcome == DispatchOutcome.Retry
            ? Answer(DaprStatus.Retry, StatusCodes.Status503ServiceUnavailable)
            : Answer(DaprStatus.Success, StatusCodes.Status200OK);

        // Not cancelled with the request: a sidecar that gave up waiting delivers again, and the work would be wasted.
        Task<DispatchOutcome> DispatchAsync(Arrival arrival) => dispatcher.DispatchAsync(arrival, CancellationToken.None);
    }

    private static IResult Answer(string status, int code) => Results.Json(new Dictionary<string, string> { ["status"] = status }, statusCode: code);

    [LoggerMessage(Level = LogLevel.Error, Message = "An event of topic {Topic} arrived, which this service does not consume; it is refused until the subscription is corrected")]
    private static partial void NotOurs(ILogger logger, string topic);
}

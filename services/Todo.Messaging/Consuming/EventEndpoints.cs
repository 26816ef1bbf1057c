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
            return Answer("RETRY", StatusCodes.Status503ServiceUnavailable);
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers;
        // The header names the Component it arrived over; the envelope the one it was published to.
        var arrival = EventReader.Read(topic, body.ToArray(), headers["__key"], time.GetUtcNow(), headers["pubsubName"]);
        // Not cancelled with the request: a sidecar that gave up waiting delivers again, and the work would be wasted.
        var outcome = await dispatcher.DispatchAsync(arrival, CancellationToken.None);
        return outcome == DispatchOutcome.Retry ? Answer("RETRY", StatusCodes.Status503ServiceUnavailable) : Answer("SUCCESS", StatusCodes.Status200OK);
    }

    private static IResult Answer(string status, int code) => Results.Json(new Dictionary<string, string> { ["status"] = status }, statusCode: code);

    [LoggerMessage(Level = LogLevel.Error, Message = "An event of topic {Topic} arrived, which this service does not consume; it is refused until the subscription is corrected")]
    private static partial void NotOurs(ILogger logger, string topic);
}

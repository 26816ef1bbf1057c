using System.Diagnostics;
using Todo.Messaging.Consuming;
using Todo.Messaging.Publishing;

namespace Todo.Messaging.Telemetry;

/// <summary>Spans of the messaging layer; the trace of a request goes on in the handlers of its events.</summary>
internal static class MessagingTrace
{
    private static readonly ActivitySource Source = new("Todo.Messaging");

    /// <summary>
    /// Writes down the span of an event's way to the broker, after it. It lies beside the span of the handler, not above it: the event on the wire carries the request's, and is the same
    /// bytes whenever it is sent.
    /// </summary>
    public static void Sent(OutboxEvent value, string transport, DateTimeOffset started)
    {
        if (!Source.HasListeners() || !ActivityContext.TryParse(value.TraceParent, null, isRemote: true, out var parent))
        {
            return;
        }

        using var activity = Source.StartActivity(ActivityKind.Producer, parent, startTime: started, name: $"send {value.Topic}")?
            .SetTag("messaging.system", transport)
            .SetTag("messaging.destination.name", value.Topic)
            .SetTag("messaging.message.id", value.Id);
    }

    /// <summary>Starts the span in which an event is handled. It exists without anybody listening too, so that events of the handler carry the trace on.</summary>
    public static Activity? StartProcess(IncomingEvent value, string consumer)
    {
        var hasParent = ActivityContext.TryParse(value.TraceParent, null, isRemote: true, out var parent);
        var name = $"process {value.Topic}";
        var activity = Source.StartActivity(name, ActivityKind.Consumer, parent);
        if (activity is null && hasParent)
        {
            activity = new Activity(name).SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags).Start();
        }

        return activity?
            .SetTag("messaging.system", value.Via)
            .SetTag("messaging.destination.name", value.Topic)
            .SetTag("messaging.message.id", value.Id)
            .SetTag("messaging.consumer.group.name", consumer);
    }
}

using System.Diagnostics;
using Todo.Messaging.Consuming;

namespace Todo.Messaging.Telemetry;

/// <summary>Spans of the messaging layer; the trace of a request goes on in the handlers of its events.</summary>
internal static class MessagingTrace
{
    public const string SourceName = "Todo.Messaging";

    private static readonly ActivitySource Source = new(SourceName);

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

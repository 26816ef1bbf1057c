using System.Diagnostics.Metrics;

namespace Todo.Messaging.Telemetry;

/// <summary>Instruments of the messaging layer.</summary>
internal static class MessagingMetrics
{
    public const string MeterName = "Todo.Messaging";

    private static readonly Meter Meter = new(MeterName);

    public static Counter<long> Published { get; } = Meter.CreateCounter<long>("todo.events.published", description: "Events acknowledged by a broker.");

    public static Counter<long> PublishFailures { get; } =
        Meter.CreateCounter<long>("todo.events.publish_failures", description: "Attempts to send an event that failed; it is sent again.");

    public static Counter<long> Consumed { get; } =
        Meter.CreateCounter<long>("todo.events.consumed", description: "Arrived events by what became of them.");

    public static Counter<long> FailedAttempts { get; } =
        Meter.CreateCounter<long>("todo.events.failed_attempts", description: "Attempts of a handler that failed.");

    public static Histogram<double> HandlerDuration { get; } =
        Meter.CreateHistogram<double>("todo.events.handler_duration", "s", "Time of one inbox transaction with its handler.");
}

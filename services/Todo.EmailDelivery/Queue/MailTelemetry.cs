using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Todo.EmailDelivery.Queue;

/// <summary>What is measured and traced of mails.</summary>
internal static class MailTelemetry
{
    private const string Name = "Todo.EmailDelivery";

    private static readonly Meter Meter = new(Name);
    private static readonly ActivitySource Source = new(Name);

    public static Counter<long> Attempts { get; } = Meter.CreateCounter<long>("todo.mails.attempts", description: "Attempts at a mail by the state they left it in.");

    public static Counter<long> Doubtful { get; } =
        Meter.CreateCounter<long>("todo.mails.doubtful", description: "Attempts of which nobody knows whether the server took the mail.");

    public static Histogram<double> Duration { get; } = Meter.CreateHistogram<double>("todo.mails.attempt_duration", "s", "Time of one attempt at a mail.");

    /// <summary>The span of one attempt; the trace is that of the reminder's event, and through it that of the request behind it.</summary>
    public static Activity? Start(QueuedMail mail)
    {
        var hasParent = ActivityContext.TryParse(mail.TraceParent, null, isRemote: true, out var parent);
        var activity = Source.StartActivity("send mail", ActivityKind.Client, parent);
        if (activity is null && hasParent)
        {
            // Without anybody listening too, so that what is logged names its trace.
            activity = new Activity("send mail").SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags).Start();
        }

        return activity?.SetTag("todo.reminder", mail.Reminder.Key).SetTag("todo.mail.attempt", mail.Attempt);
    }
}

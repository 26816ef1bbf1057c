using System.Diagnostics.Metrics;

namespace Todo.Notification.Reminders;

/// <summary>Instruments of this service.</summary>
internal static class ReminderMetrics
{
    private static readonly Meter Meter = new("Todo.Notification");

    public static Counter<long> Sweeps { get; } = Meter.CreateCounter<long>("todo.reminders.sweeps", description: "Searches for due reminders that this pod has completed.");

    public static Counter<long> Published { get; } = Meter.CreateCounter<long>("todo.reminders.published", description: "Reminders published by this pod's sweeps.");
}

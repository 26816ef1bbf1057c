using Todo.Messaging.Hosting;

namespace Todo.Notification;

/// <summary>Settings of this service; names and defaults are those of docs/reference/service-contract.md.</summary>
/// <param name="PollInterval">How often to look for due reminders; the schedule of the Dapr job too.</param>
/// <param name="Window">How long before its due moment a task is reminded of.</param>
/// <param name="Lookback">
/// How long after its due moment a task is still reminded of. Without this bound a first start would mail everything that was ever overdue. A longer
/// outage of this service extends it by itself.
/// </param>
internal sealed record NotificationOptions(TimeSpan PollInterval, TimeSpan Window, TimeSpan Lookback)
{
    public static NotificationOptions Read(SettingsReader settings)
    {
        var interval = settings.Duration("REMINDER_POLL_INTERVAL", TimeSpan.FromSeconds(5));
        return interval >= TimeSpan.FromMilliseconds(100)
            ? new NotificationOptions(
                interval,
                settings.Duration("REMINDER_WINDOW", TimeSpan.FromHours(1)),
                settings.Duration("REMINDER_LOOKBACK", TimeSpan.FromDays(1)))
            : throw new InvalidSettingException("REMINDER_POLL_INTERVAL", "must be at least 00:00:00.1.");
    }
}

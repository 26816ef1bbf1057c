using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Todo.Contracts.Payloads;

namespace Todo.EmailDelivery.Content;

/// <summary>A due moment for people: on their own clock, with the zone named.</summary>
internal static class DueText
{
    private static readonly ZonedDateTimePattern Pattern =
        ZonedDateTimePattern.CreateWithInvariantCulture("dddd, d MMMM uuuu, HH:mm '('z')'", null);

    /// <summary>What the moment is: of a task without a due date it is the one that its owner has set.</summary>
    public static string LabelOf(Reminder reminder) => reminder.RemindAt == reminder.DueAt ? "Reminder for" : "Due";

    /// <summary>For example <c>Sunday, 22 November 2026, 09:00 (Europe/Berlin)</c>.</summary>
    public static string Of(DateTimeOffset dueAt, DateTimeZone zone) =>
        Pattern.WithCulture(CultureInfo.InvariantCulture).Format(Instant.FromDateTimeOffset(dueAt).InZone(zone));
}

using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Todo.EmailDelivery.Content;

/// <summary>A due moment for people: on their own clock, with the zone named.</summary>
internal static class DueText
{
    private static readonly ZonedDateTimePattern Pattern =
        ZonedDateTimePattern.CreateWithInvariantCulture("dddd, d MMMM uuuu, HH:mm '('z')'", null);

    /// <summary>For example <c>Sunday, 22 November 2026, 09:00 (Europe/Berlin)</c>.</summary>
    public static string Of(DateTimeOffset dueAt, DateTimeZone zone) =>
        Pattern.WithCulture(CultureInfo.InvariantCulture).Format(Instant.FromDateTimeOffset(dueAt).InZone(zone));
}

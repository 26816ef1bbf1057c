namespace Todo.Recurrence;

/// <summary>What a rule leaves to DTSTART (RFC 5545, section 3.3.10: "FREQ=YEARLY;BYMONTH=1" says neither day nor time).</summary>
/// <param name="Month">The month.</param>
/// <param name="MonthDay">The day of the month.</param>
/// <param name="Weekday">The weekday.</param>
internal readonly record struct DerivedParts(bool Month, bool MonthDay, bool Weekday)
{
    public static DerivedParts Of(RecurrenceRule rule)
    {
        var saysDay = rule.ByMonthDay.Count > 0 || rule.ByYearDay.Count > 0 || rule.ByDay.Count > 0;
        return rule.Frequency switch
        {
            Frequency.Daily => default,
            Frequency.Weekly => new(false, false, Weekday: !saysDay),
            Frequency.Monthly => new(false, MonthDay: !saysDay, false),
            _ when saysDay => default,
            _ when rule.ByWeekNo.Count > 0 => new(false, false, Weekday: true),
            _ => new(Month: rule.ByMonth.Count == 0, MonthDay: true, false),
        };
    }
}

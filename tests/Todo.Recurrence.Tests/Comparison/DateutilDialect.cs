using System.Globalization;
using NodaTime;
using Todo.Recurrence;

namespace Todo.Recurrence.Tests.Comparison;

/// <summary>Where dateutil means something else by the same text, or is at fault; docs/reference/recurrence.md says by which words of the RFC.</summary>
internal static class DateutilDialect
{
    /// <summary>The same rule in words that dateutil understands as the RFC does.</summary>
    public static string Translate(RecurrenceRule rule, LocalDateTime start)
    {
        if (rule.ByWeekNo.Count > 0 && rule is { ByDay.Count: 0, ByMonthDay.Count: 0, ByYearDay.Count: 0 })
        {
            // BYWEEKNO alone: the weekday of DTSTART. There: each day of the week.
            rule = rule with { ByDay = [start.DayOfWeek] };
        }

        if (rule.ByDay.Any(day => day.Ordinal == 0) && rule.ByDay.Any(day => day.Ordinal != 0))
        {
            // A list is a union. There: a weekday without ordinal limits those that have one.
            var most = rule.Frequency == Frequency.Yearly && rule.ByMonth.Count == 0 ? 53 : 5;
            rule = rule with { ByDay = [.. rule.ByDay.SelectMany(day => Numbered(day, most)).Distinct()] };
        }

        return rule.ToString();
    }

    /// <summary>Why the answers may differ, or null when they must not.</summary>
    public static string? Fault(RecurrenceRule rule, LocalDateTime start)
    {
        if (rule is { Frequency: Frequency.Weekly, BySetPos.Count: > 0 } && start.DayOfWeek != rule.WeekStart)
        {
            // BYSETPOS picks from the dates of a week. There: from those of the first week that are not before DTSTART.
            return "first week of BYSETPOS";
        }

        if (rule.ByWeekNo.Any(week => week <= -52))
        {
            // Week 1 can begin in the December before, and is the 52nd or 53rd from the end. There: not in that December.
            return "week 1, counted from the end";
        }

        // The week of 1 January can be the last of the year before, 52 or 53. There: which of them is taken from the length of the wrong year.
        return rule.ByWeekNo.Contains(52) != rule.ByWeekNo.Contains(53) && !rule.ByWeekNo.Contains(-1) ? "week 52 or 53 in January" : null;
    }

    private static IEnumerable<WeekdayNum> Numbered(WeekdayNum day, int most) =>
        day.Ordinal != 0 ? [day] : Enumerable.Range(1, most).Select(n => day with { Ordinal = n });
}

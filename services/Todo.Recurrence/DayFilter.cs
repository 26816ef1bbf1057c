using NodaTime;

namespace Todo.Recurrence;

/// <summary>
/// Which days of a period belong to the set: those that all BYxxx parts accept, then those of them that BYSETPOS picks. That is the table of RFC 5545,
/// section 3.3.10 ("expand" and "limit" come to the same when days are asked), with what a rule does not say taken from DTSTART.
/// </summary>
internal sealed class DayFilter
{
    private readonly NumberSet _months;
    private readonly NumberSet _monthDays;
    private readonly NumberSet _yearDays;
    private readonly WeekNumbers _weeks;
    private readonly WeekdayFilter _weekdays;
    private readonly NumberSet _positions;

    public DayFilter(RecurrenceRule rule, LocalDate start)
    {
        var derived = DerivedParts.Of(rule);
        var monthDays = derived.MonthDay ? [start.Day] : rule.ByMonthDay;
        _months = new(derived.Month ? [start.Month] : rule.ByMonth);
        _monthDays = new(monthDays);
        _yearDays = new(rule.ByYearDay);
        _weeks = new(rule.ByWeekNo, rule.WeekStart);
        _weekdays = new(derived.Weekday ? [start.DayOfWeek] : rule.ByDay, ordinalsAreOfTheYear: rule.Frequency == Frequency.Yearly && rule.ByMonth.Count == 0);
        _positions = new(rule.BySetPos);

        var everyMonthHasThem = monthDays.Count > 0 && monthDays.All(day => day is >= 1 and <= 28);
        IsRegular = rule.Frequency switch
        {
            Frequency.Daily => rule is { ByMonth.Count: 0, ByMonthDay.Count: 0, ByDay.Count: 0 },
            Frequency.Weekly => rule.ByMonth.Count == 0,
            Frequency.Monthly => rule is { ByMonth.Count: 0, ByDay.Count: 0 } && everyMonthHasThem,
            _ => rule is { ByWeekNo.Count: 0, ByYearDay.Count: 0, ByDay.Count: 0 } && everyMonthHasThem,
        };
    }

    /// <summary>Each period has as many days in the set as any other, so that COUNT needs no counting.</summary>
    public bool IsRegular { get; }

    /// <summary>Writes the days of the set that are in a period, in order.</summary>
    /// <returns>How many.</returns>
    public int Collect(int first, int length, Span<int> days)
    {
        var count = 0;
        var end = first + length;
        for (var month = CalendarMonth.Of(first); ; month = month.Next)
        {
            if (_months.Includes(month.Number, 12))
            {
                var last = Math.Min(end, month.End);
                for (var day = Math.Max(first, month.First); day < last; day++)
                {
                    if (Belongs(day, month))
                    {
                        days[count++] = day;
                    }
                }
            }

            if (month.End >= end)
            {
                return _positions.IsEmpty ? count : Pick(days[..count]);
            }
        }
    }

    private bool Belongs(int day, in CalendarMonth month) =>
        _monthDays.Includes(day - month.First + 1, month.Length)
        && _weekdays.Includes(day, month)
        && _yearDays.Includes(day - month.FirstOfYear + 1, month.LengthOfYear)
        && _weeks.Includes(day, month.FirstOfYear, month.LengthOfYear);

    private int Pick(Span<int> days)
    {
        var count = 0;
        for (var n = 0; n < days.Length; n++)
        {
            if (_positions.Includes(n + 1, days.Length))
            {
                days[count++] = days[n];
            }
        }

        return count;
    }
}

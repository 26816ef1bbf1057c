using NodaTime;
using NodaTime.Calendars;
using NodaTime.TimeZones;
using Todo.Recurrence;

namespace Todo.Recurrence.Tests;

/// <summary>A second definition of the set: period by period, each day is looked at and asked, in the words of the RFC, whether it belongs.</summary>
internal sealed record Definition(RecurrenceRule Rule, LocalDateTime Start, DateTimeZone Zone)
{
    private bool SaysDay => Rule.ByMonthDay.Count > 0 || Rule.ByYearDay.Count > 0 || Rule.ByDay.Count > 0;

    /// <summary>The members up to the last day.</summary>
    public IEnumerable<Instant> Members(LocalDate lastDay)
    {
        var dates = Periods(lastDay).SelectMany(Pick).Where(date => date >= Start.Date && date <= lastDay).Take(Rule.Count ?? int.MaxValue);
        return dates.Select(date => date + Start.TimeOfDay).Where(IsBeforeEnd).Select(ToInstant).Distinct();
    }

    private IEnumerable<List<LocalDate>> Periods(LocalDate lastDay)
    {
        var unit = Rule.Frequency switch
        {
            Frequency.Daily => Period.FromDays(1),
            Frequency.Weekly => Period.FromWeeks(1),
            Frequency.Monthly => Period.FromMonths(1),
            _ => Period.FromYears(1),
        };
        var first = Rule.Frequency switch
        {
            Frequency.Daily => Start.Date,
            Frequency.Weekly => Start.Date.With(DateAdjusters.PreviousOrSame(Rule.WeekStart)),
            Frequency.Monthly => new(Start.Year, Start.Month, 1),
            _ => new LocalDate(Start.Year, 1, 1),
        };
        while (first <= lastDay)
        {
            var days = new List<LocalDate>();
            for (var day = first; day < first + unit; day = day.PlusDays(1))
            {
                days.Add(day);
            }

            yield return days;
            for (var n = 0; n < Rule.Interval; n++)
            {
                first += unit;
            }
        }
    }

    private IEnumerable<LocalDate> Pick(List<LocalDate> period)
    {
        var set = period.Where(Belongs).ToList();
        return Rule.BySetPos.Count == 0
            ? set
            : Rule.BySetPos.Select(position => position > 0 ? position - 1 : set.Count + position).Where(n => n >= 0 && n < set.Count).Distinct().Order().Select(n => set[n]);
    }

    private bool Belongs(LocalDate date)
    {
        var yearLength = CalendarSystem.Iso.GetDaysInYear(date.Year);
        var monthLength = CalendarSystem.Iso.GetDaysInMonth(date.Year, date.Month);
        var rules = WeekYearRules.ForMinDaysInFirstWeek(4, Rule.WeekStart);
        return IsIn(Rule.ByMonth, date.Month, 0)
            && IsIn(Rule.ByYearDay, date.DayOfYear, yearLength)
            && IsIn(Rule.ByMonthDay, date.Day, monthLength)
            && IsIn(Rule.ByWeekNo, rules.GetWeekOfWeekYear(date), rules.GetWeeksInWeekYear(rules.GetWeekYear(date), CalendarSystem.Iso))
            && (Rule.ByDay.Count == 0 || Rule.ByDay.Any(day => IsThe(day, date)))
            && (SaysDay || Rule.Frequency == Frequency.Daily || HasTheDayOfDtstart(date));
    }

    private static bool IsIn(IReadOnlyList<int> numbers, int number, int total) =>
        numbers.Count == 0 || numbers.Any(n => n == number || (n < 0 && n + total + 1 == number));

    private bool IsThe(WeekdayNum day, LocalDate date)
    {
        bool IsInTheSame(LocalDate other) =>
            date.Year == other.Year && (date.Month == other.Month || (Rule.Frequency == Frequency.Yearly && Rule.ByMonth.Count == 0));

        var back = Math.Sign(day.Ordinal) * -7;
        return date.DayOfWeek == day.Day
            && (day.Ordinal == 0 || (IsInTheSame(date.PlusDays(back * (Math.Abs(day.Ordinal) - 1))) && !IsInTheSame(date.PlusDays(back * Math.Abs(day.Ordinal)))));
    }

    private bool HasTheDayOfDtstart(LocalDate date) => Rule.Frequency switch
    {
        Frequency.Weekly => date.DayOfWeek == Start.DayOfWeek,
        Frequency.Monthly => date.Day == Start.Day,
        _ when Rule.ByWeekNo.Count > 0 => date.DayOfWeek == Start.DayOfWeek,
        _ => date.Day == Start.Day && (Rule.ByMonth.Count > 0 || date.Month == Start.Month),
    };

    private bool IsBeforeEnd(LocalDateTime local) => Rule.Until?.ToString() switch
    {
        null => true,
        { Length: 8 } day => string.CompareOrdinal(local.ToString("uuuuMMdd", null), day) <= 0,
        var time when time.EndsWith('Z') => string.CompareOrdinal(ToInstant(local).ToString("uuuuMMdd'T'HHmmss'Z'", null), time) <= 0,
        var time => string.CompareOrdinal(local.ToString("uuuuMMdd'T'HHmmss", null), time) <= 0,
    };

    private Instant ToInstant(LocalDateTime local) =>
        Zone.ResolveLocal(local, Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnForwardShifted)).ToInstant();
}

using NodaTime;

namespace Todo.Recurrence;

/// <summary>
/// The dates a rule proposes, numbered 0, 1, 2, … from the period (day, week, month, year) of DTSTART: each number is turned into its date by
/// arithmetic, so a jump to any distance costs the same. A number may have no date: before DTSTART, a month without a 31st, a filtered weekday.
/// </summary>
internal sealed class CandidateDates
{
    /// <summary>The Gregorian calendar repeats after 400 years; a rule without a date in that many periods has none at all.</summary>
    public const int LongestGap = 400;

    private static readonly LocalDate LastDate = new(9998, 12, 31);

    private readonly RecurrenceRule _rule;
    private readonly LocalDate _start;
    private readonly LocalDate _startOfWeek;
    private readonly int[] _weekdayOffsets;

    public CandidateDates(RecurrenceRule rule, LocalDate start)
    {
        _rule = rule;
        _start = start;
        _startOfWeek = start.PlusDays(-Weekdays.Offset(start.DayOfWeek, rule.WeekStart));
        _weekdayOffsets = rule.ByDay.Count > 0
            ? [.. rule.ByDay.Select(day => Weekdays.Offset(day, rule.WeekStart)).Order()]
            : [Weekdays.Offset(start.DayOfWeek, rule.WeekStart)];
        PerPeriod = rule.Frequency == Frequency.Weekly ? _weekdayOffsets.Length : 1;
        IsRegular = rule.Frequency switch
        {
            Frequency.Daily => rule.ByDay.Count == 0,
            Frequency.Weekly => true,
            Frequency.Monthly => start.Day <= 28,
            _ => start is not { Month: 2, Day: 29 },
        };
        End = FirstOfPeriodOf(LastDate);
    }

    /// <summary>Candidates per period.</summary>
    public int PerPeriod { get; }

    /// <summary>Every number from that of the first date on has a date: ordinals can be had by subtraction.</summary>
    public bool IsRegular { get; }

    /// <summary>Numbers from here on are beyond the calendar.</summary>
    public long End { get; }

    /// <summary>The number of the first candidate of the period that a date is in or after.</summary>
    public long FirstOfPeriodOf(LocalDate date)
    {
        long distance = _rule.Frequency switch
        {
            Frequency.Daily => Period.DaysBetween(_start, date),
            Frequency.Weekly => FloorDivide(Period.DaysBetween(_startOfWeek, date), 7),
            Frequency.Monthly => MonthOf(date) - MonthOf(_start),
            _ => date.Year - _start.Year,
        };
        return FloorDivide(distance, _rule.Interval) * PerPeriod;
    }

    /// <summary>The date with this number (0 ≤ number &lt; <see cref="End"/>), or null.</summary>
    public LocalDate? this[long number]
    {
        get
        {
            var (period, slot) = Math.DivRem(number, PerPeriod);
            var distance = checked((int)(period * _rule.Interval));
            return _rule.Frequency switch
            {
                Frequency.Daily => Filter(_start.PlusDays(distance)),
                Frequency.Weekly => NotBeforeStart(_startOfWeek.PlusDays(distance * 7 + _weekdayOffsets[slot])),
                Frequency.Monthly => SameDayOf(_start.With(DateAdjusters.StartOfMonth).PlusMonths(distance)),
                _ => SameDayOf(new LocalDate(_start.Year + distance, _start.Month, 1)),
            };
        }
    }

    private static long FloorDivide(long value, long by) => value >= 0 ? value / by : -((-value + by - 1) / by);

    private static int MonthOf(LocalDate date) => date.Year * 12 + date.Month;

    private LocalDate? Filter(LocalDate date) =>
        _rule.ByDay.Count == 0 || Array.IndexOf(_weekdayOffsets, Weekdays.Offset(date.DayOfWeek, _rule.WeekStart)) >= 0 ? date : null;

    private LocalDate? NotBeforeStart(LocalDate date) => date >= _start ? date : null;

    private LocalDate? SameDayOf(LocalDate firstOfMonth) =>
        _start.Day <= firstOfMonth.Calendar.GetDaysInMonth(firstOfMonth.Year, firstOfMonth.Month) ? firstOfMonth.PlusDays(_start.Day - 1) : null;
}

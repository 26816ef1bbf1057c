using NodaTime;

namespace Todo.Recurrence;

/// <summary>
/// The dates of a rule from DTSTART on, without regard to COUNT and UNTIL, in numbers of days. A period (day, week, month, year) of any distance is had by
/// arithmetic, so a jump costs the same wherever it leads.
/// </summary>
internal sealed class CandidateDates
{
    private static readonly int LastDay = new DateOnly(9998, 12, 31).DayNumber;

    private readonly Frequency _frequency;
    private readonly int _interval;
    private readonly DayFilter _filter;
    private readonly int _start;
    private readonly int _startOfWeek;
    private readonly int _startMonth;
    private readonly int _longest;
    private readonly int _cycle;
    private readonly int _lastPeriod;

    public CandidateDates(RecurrenceRule rule, LocalDate start)
    {
        _frequency = rule.Frequency;
        _interval = rule.Interval;
        _filter = new DayFilter(rule, start);
        _start = start.ToDateOnly().DayNumber;
        _startOfWeek = _start - Weekdays.Offset(start.DayOfWeek, rule.WeekStart);
        _startMonth = start.Year * 12 + start.Month - 1;

        // The Gregorian calendar, weekdays included, repeats after 400 years: rules that have no date in all the periods of so many have none at all.
        (_longest, var inCycle) = rule.Frequency switch
        {
            Frequency.Daily => (1, 146_097),
            Frequency.Weekly => (7, 20_871),
            Frequency.Monthly => (31, 4_800),
            _ => (366, 400),
        };
        _cycle = inCycle / (int)Euclid(inCycle, rule.Interval);
        _lastPeriod = PeriodOf(LastDay);
    }

    /// <summary>The first date not before a day, or null when there is none.</summary>
    /// <param name="day">The day.</param>
    /// <param name="looked">Is raised by the number of periods that were looked at.</param>
    public int? FirstFrom(int day, ref int looked)
    {
        day = Math.Max(day, _start);
        Span<int> days = stackalloc int[_longest];
        var period = PeriodOf(day);
        for (var end = Math.Min(_lastPeriod, (long)period + _cycle); period <= end; period++)
        {
            looked++;
            foreach (var found in days[..Collect(period, days)])
            {
                if (found >= day)
                {
                    return found;
                }
            }
        }

        return null;
    }

    /// <summary>The date that a number of them ends with; null when there are not so many.</summary>
    public int? Last(int count)
    {
        Span<int> days = stackalloc int[_longest];
        for (var (period, barren) = (0, 0); period <= _lastPeriod && barren <= _cycle; period++, barren++)
        {
            var all = Collect(period, days);
            var found = days[..all];
            while (found.Length > 0 && found[0] < _start)
            {
                found = found[1..];
            }

            if (count <= found.Length)
            {
                return found[count - 1];
            }

            count -= found.Length;
            if (_filter.IsRegular && all > 0)
            {
                var skipped = (count - 1) / all;
                count -= skipped * all;
                period = (int)Math.Min((long)period + skipped, _lastPeriod);
            }

            barren = all > 0 ? 0 : barren;
        }

        return null;
    }

    private int Collect(int period, Span<int> days)
    {
        var distance = period * _interval;
        switch (_frequency)
        {
            case Frequency.Daily:
                return _filter.Collect(_start + distance, 1, days);
            case Frequency.Weekly:
                return _filter.Collect(_startOfWeek + distance * 7, 7, days);
            case Frequency.Monthly:
                var month = new CalendarMonth((_startMonth + distance) / 12, (_startMonth + distance) % 12 + 1);
                return _filter.Collect(month.First, month.Length, days);
            default:
                var january = new CalendarMonth(_startMonth / 12 + distance, 1);
                return _filter.Collect(january.First, january.LengthOfYear, days);
        }
    }

    /// <summary>The last period that begins on or before a day: 0 from the period of DTSTART on.</summary>
    private int PeriodOf(int day)
    {
        var date = DateOnly.FromDayNumber(day);
        var distance = _frequency switch
        {
            Frequency.Daily => day - _start,
            Frequency.Weekly => (day - _startOfWeek) / 7,
            Frequency.Monthly => date.Year * 12 + date.Month - 1 - _startMonth,
            _ => date.Year - _startMonth / 12,
        };
        return distance < 0 ? -1 : distance / _interval;
    }

    private static long Euclid(long a, long b) => b == 0 ? a : Euclid(b, a % b);
}

namespace Todo.Recurrence;

/// <summary>BYDAY: weekdays, each or by their number in the month or in the year.</summary>
internal sealed class WeekdayFilter
{
    private readonly bool _limitsNothing;
    private readonly bool _ordinalsAreOfTheYear;
    private readonly bool[] _each = new bool[7];
    private readonly NumberSet?[] _some = new NumberSet?[7];

    public WeekdayFilter(IReadOnlyCollection<WeekdayNum> days, bool ordinalsAreOfTheYear)
    {
        _limitsNothing = days.Count == 0;
        _ordinalsAreOfTheYear = ordinalsAreOfTheYear;
        foreach (var day in days.GroupBy(day => (int)day.Day - 1))
        {
            _each[day.Key] = day.Any(x => x.Ordinal == 0);
            _some[day.Key] = _each[day.Key] ? null : new([.. day.Select(x => x.Ordinal)]);
        }
    }

    public bool Includes(int day, in CalendarMonth month)
    {
        var weekday = day % 7;
        if (_limitsNothing || _each[weekday])
        {
            return true;
        }

        if (_some[weekday] is not { } some)
        {
            return false;
        }

        var (before, after) = _ordinalsAreOfTheYear
            ? (day - month.FirstOfYear, month.FirstOfYear + month.LengthOfYear - 1 - day)
            : (day - month.First, month.End - 1 - day);
        return some.Includes(before / 7 + 1, before / 7 + 1 + after / 7);
    }
}

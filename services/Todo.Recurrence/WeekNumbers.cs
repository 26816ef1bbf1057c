using NodaTime;

namespace Todo.Recurrence;

/// <summary>BYWEEKNO. Week 1 is the first with at least four days in its year, so days at the turn of the year can be in a week of the other year.</summary>
internal sealed class WeekNumbers(IReadOnlyCollection<int> numbers, IsoDayOfWeek weekStart)
{
    private readonly NumberSet _numbers = new(numbers);
    private readonly int _weekStart = (int)weekStart - 1;

    public bool Includes(int day, int firstOfYear, int lengthOfYear)
    {
        if (_numbers.IsEmpty)
        {
            return true;
        }

        var first = FirstWeek(firstOfYear);
        var end = FirstWeek(firstOfYear + lengthOfYear);
        if (day < first)
        {
            (first, end) = (FirstWeek(firstOfYear - LengthOfYearBefore(firstOfYear)), first);
        }
        else if (day >= end)
        {
            // 365 or 366 days on: the weeks of a year are 52 or 53, and which it is decides the negative numbers.
            var next = firstOfYear + lengthOfYear;
            (first, end) = (end, FirstWeek(next + LengthOfYearAt(next)));
        }

        return _numbers.Includes((day - first) / 7 + 1, (end - first) / 7);
    }

    /// <summary>The start of the week that 4 January is in.</summary>
    private int FirstWeek(int firstOfYear)
    {
        var fourth = firstOfYear + 3;
        return fourth - (fourth - _weekStart + 7) % 7;
    }

    private static int LengthOfYearBefore(int firstOfYear) => firstOfYear == 0 ? 366 : LengthOfYearAt(firstOfYear - 1);

    private static int LengthOfYearAt(int day) => DateTime.IsLeapYear(DateOnly.FromDayNumber(day).Year) ? 366 : 365;
}

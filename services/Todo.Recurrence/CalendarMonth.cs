namespace Todo.Recurrence;

/// <summary>A month of the Gregorian calendar in numbers of days since 1 January of the year 1, a Monday (as <see cref="DateOnly.DayNumber"/>).</summary>
internal readonly record struct CalendarMonth(int Year, int Number)
{
    public int First { get; } = new DateOnly(Year, Number, 1).DayNumber;

    public int Length { get; } = DateTime.DaysInMonth(Year, Number);

    public int End => First + Length;

    public int FirstOfYear { get; } = new DateOnly(Year, 1, 1).DayNumber;

    public int LengthOfYear => DateTime.IsLeapYear(Year) ? 366 : 365;

    public CalendarMonth Next => Number == 12 ? new(Year + 1, 1) : new(Year, Number + 1);

    public static CalendarMonth Of(int day)
    {
        var date = DateOnly.FromDayNumber(day);
        return new(date.Year, date.Month);
    }
}

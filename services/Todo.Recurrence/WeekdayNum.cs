using System.Globalization;
using NodaTime;

namespace Todo.Recurrence;

/// <summary>An element of BYDAY (<c>weekdaynum</c> in RFC 5545, section 3.3.10).</summary>
/// <param name="Ordinal">Which one in the month or year, from its end when negative; 0: each.</param>
/// <param name="Day">The weekday.</param>
public readonly record struct WeekdayNum(int Ordinal, IsoDayOfWeek Day)
{
    /// <summary>Each such weekday.</summary>
    public static implicit operator WeekdayNum(IsoDayOfWeek day) => FromIsoDayOfWeek(day);

    /// <summary>Each such weekday.</summary>
    public static WeekdayNum FromIsoDayOfWeek(IsoDayOfWeek day) => new(0, day);

    /// <summary>As in a rule: <c>MO</c>, <c>2MO</c>, <c>-1FR</c>.</summary>
    public override string ToString() => (Ordinal == 0 ? "" : Ordinal.ToString(CultureInfo.InvariantCulture)) + Weekdays.ToText(Day);
}

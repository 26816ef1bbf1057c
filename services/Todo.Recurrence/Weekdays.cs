using NodaTime;

namespace Todo.Recurrence;

/// <summary>The two-letter names of RFC 5545.</summary>
internal static class Weekdays
{
    private static readonly string[] Names = ["", "MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    public static string ToText(IsoDayOfWeek day) => Names[(int)day];

    public static IsoDayOfWeek? Parse(string text) =>
        Array.IndexOf(Names, text) is > 0 and var index ? (IsoDayOfWeek)index : null;

    /// <summary>Days from the start of the week (0 to 6).</summary>
    public static int Offset(IsoDayOfWeek day, IsoDayOfWeek weekStart) => ((int)day - (int)weekStart + 7) % 7;
}

using System.Globalization;

namespace LocalCluster.Sidecar.Scheduler.Schedules;

/// <summary>A cron expression with six fields, seconds first: <c>*/5 * * * * *</c>, in a time zone.</summary>
internal sealed class CronSchedule : ISchedule
{
    private const int YearsAhead = 5;
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private readonly ulong _seconds;
    private readonly ulong _minutes;
    private readonly ulong _hours;
    private readonly ulong _daysOfMonth;
    private readonly ulong _months;
    private readonly ulong _daysOfWeek;
    private readonly bool _anyDay;
    private readonly TimeZoneInfo _zone;

    private CronSchedule(string[] fields, TimeZoneInfo zone)
    {
        _seconds = Field(fields[0], 0, 59, []);
        _minutes = Field(fields[1], 0, 59, []);
        _hours = Field(fields[2], 0, 23, []);
        _daysOfMonth = Field(fields[3], 1, 31, []);
        _months = Field(fields[4], 1, 12, Months);
        var week = Field(fields[5], 0, 7, Days);
        // 7 is Sunday as well.
        _daysOfWeek = (week | (week >> 7)) & 0x7F;
        // As in every cron: two restricted day fields mean either, one means that one.
        _anyDay = !IsStar(fields[3]) && !IsStar(fields[5]);
        _zone = zone;
    }

    /// <exception cref="FormatException">Not six fields, or a field that is none.</exception>
    public static CronSchedule Parse(string text, TimeZoneInfo zone)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length == 6 ? new CronSchedule(fields, zone) : throw new FormatException($"expected exactly 6 fields, found {fields.Length}: [{text}]");
    }

    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var local = TimeZoneInfo.ConvertTime(after, _zone);
        // Whole seconds, strictly later.
        var clock = new DateTime(local.Ticks - (local.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Unspecified).AddSeconds(1);
        var end = clock.AddYears(YearsAhead);
        while (clock < end)
        {
            if (!Has(_months, clock.Month))
            {
                clock = new DateTime(clock.Year, clock.Month, 1, 0, 0, 0, DateTimeKind.Unspecified).AddMonths(1);
            }
            else if (!IsDay(clock))
            {
                clock = clock.Date.AddDays(1);
            }
            else if (!Has(_hours, clock.Hour))
            {
                clock = clock.Date.AddHours(clock.Hour + 1);
            }
            else if (!Has(_minutes, clock.Minute))
            {
                clock = clock.AddSeconds(60 - clock.Second);
            }
            else if (!Has(_seconds, clock.Second))
            {
                clock = clock.AddSeconds(1);
            }
            else if (_zone.IsInvalidTime(clock))
            {
                // Skipped by the change to summer time.
                clock = clock.AddMinutes(1);
            }
            else
            {
                return new DateTimeOffset(clock, _zone.GetUtcOffset(clock)).ToUniversalTime();
            }
        }

        return null;
    }

    private bool IsDay(DateTime clock)
    {
        var (month, week) = (Has(_daysOfMonth, clock.Day), Has(_daysOfWeek, (int)clock.DayOfWeek));
        return _anyDay ? month || week : month && week;
    }

    private static bool Has(ulong set, int value) => (set & (1UL << value)) != 0;

    private static bool IsStar(string field) => field is "*" or "?" || field.StartsWith("*/", StringComparison.Ordinal);

    private static ulong Field(string field, int low, int high, string[] names)
    {
        var set = 0UL;
        foreach (var part in field.Split(','))
        {
            var slash = part.Split('/');
            var range = slash[0].Split('-');
            if (slash.Length > 2 || range.Length > 2)
            {
                throw new FormatException($"'{part}' is not a cron field");
            }

            var star = range[0] is "*" or "?";
            var from = star ? low : Value(range[0], low, high, names);
            var to = star || (range.Length == 1 && slash.Length == 2) ? high : range.Length == 2 ? Value(range[1], low, high, names) : from;
            var step = slash.Length == 2 ? Number(slash[1]) : 1;
            if (from > to || step < 1)
            {
                throw new FormatException($"'{part}' is an empty range");
            }

            for (var value = from; value <= to; value += step)
            {
                set |= 1UL << value;
            }
        }

        return set;
    }

    private static int Value(string text, int low, int high, string[] names)
    {
        var name = Array.FindIndex(names, candidate => candidate.Equals(text, StringComparison.OrdinalIgnoreCase));
        var value = name >= 0 ? name + low : Number(text);
        return value >= low && value <= high ? value : throw new FormatException($"{text} is outside of {low}-{high}");
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw new FormatException($"'{text}' is not a number");
}

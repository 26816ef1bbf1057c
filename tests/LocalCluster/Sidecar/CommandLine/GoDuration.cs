using System.Globalization;

namespace LocalCluster.Sidecar.CommandLine;

/// <summary>Durations as Go writes them: <c>300ms</c>, <c>1.5s</c>, <c>1h30m</c>.</summary>
internal static class GoDuration
{
    private static readonly (string Unit, double Ticks)[] Units =
    [
        ("ns", 0.01), ("us", 10), ("µs", 10), ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>Reads a Go duration; a bare <c>0</c> is allowed, any other number without a unit is not.</summary>
    public static bool TryParse(string? text, out TimeSpan value)
    {
        value = default;
        var rest = text.AsSpan().Trim();
        if (rest.IsEmpty)
        {
            return false;
        }

        var sign = 1;
        if (rest[0] is '-' or '+')
        {
            sign = rest[0] == '-' ? -1 : 1;
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return true;
        }

        double ticks = 0;
        while (!rest.IsEmpty)
        {
            if (!TryTakeTerm(ref rest, out var term))
            {
                return false;
            }

            ticks += term;
        }

        value = new TimeSpan((long)(sign * ticks));
        return true;
    }

    /// <summary>Writes <paramref name="value"/> as Go's <c>Duration.String()</c> does for whole seconds and milliseconds.</summary>
    public static string Format(TimeSpan value)
    {
        if (value < TimeSpan.FromSeconds(1))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds}ms");
        }

        var text = value.TotalHours >= 1 ? $"{(long)value.TotalHours}h{value.Minutes}m" : value.Minutes > 0 ? $"{value.Minutes}m" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{text}{value.Seconds + (value.Milliseconds / 1000.0)}s");
    }

    private static bool TryTakeTerm(ref ReadOnlySpan<char> rest, out double ticks)
    {
        ticks = 0;
        var digits = 0;
        while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
        {
            digits++;
        }

        if (digits == 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        rest = rest[digits..];
        var letters = 0;
        while (letters < rest.Length && char.IsLetter(rest[letters]))
        {
            letters++;
        }

        foreach (var (unit, scale) in Units)
        {
            if (rest[..letters].SequenceEqual(unit))
            {
                ticks = number * scale;
                rest = rest[letters..];
                return true;
            }
        }

        return false;
    }
}

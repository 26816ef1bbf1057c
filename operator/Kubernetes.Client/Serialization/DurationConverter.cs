using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kubernetes.Client.Serialization;

/// <summary><c>metav1.Duration</c> (Go's notation): <c>100ms</c>, <c>30s</c>, <c>1h30m</c>.</summary>
public sealed class DurationConverter : JsonConverter<TimeSpan>
{
    /// <summary>
    /// For schemas, with <see cref="MaxLength"/>: every text that both accept is one that this converter reads, and that Go's time.ParseDuration (and so CEL) reads without an overflow.
    /// An object with a text that cannot be read would make every list that it is in unreadable.
    /// </summary>
    public const string Pattern = @"^([0-9]{1,6}(\.[0-9]{1,6})?(s|m|h)|[0-9]{1,9}(\.[0-9]{1,6})?ms)+$";

    /// <summary>Longest text: two times 999999h and a rest stay below the 292 years that Go can hold.</summary>
    public const int MaxLength = 20;

    /// <summary>Reads Go's notation (units h, m, s, ms); false for anything else.</summary>
    public static bool TryParse(string? text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var total = 0m;
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            var digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
            {
                digits++;
            }

            var unit = digits;
            while (unit < rest.Length && char.IsAsciiLetter(rest[unit]))
            {
                unit++;
            }

            if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
                || TicksOf(rest[digits..unit]) is not { } ticks
                || amount > 1e9m)
            {
                return false;
            }

            total += amount * ticks;
            rest = rest[unit..];
        }

        if (total > long.MaxValue)
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)total);
        return true;
    }

    /// <summary>Writes the shortest form: <c>1h30m</c>, not <c>1h30m0s</c>.</summary>
    public static string Format(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        var text = new StringBuilder();
        Append(text, (long)value.TotalHours, "h");
        Append(text, value.Minutes, "m");
        Append(text, value.Seconds, "s");
        Append(text, value.Milliseconds, "ms");
        return text.Length == 0 ? "0s" : text.ToString();
    }

    /// <inheritdoc/>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString();
        return TryParse(text, out var value)
            ? value
            : throw new JsonException($"\"{text}\" is not a duration (examples: 100ms, 30s, 1h30m).");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Format(value));

    private static void Append(StringBuilder text, long amount, string unit)
    {
        if (amount > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{amount}{unit}");
        }
    }

    private static long? TicksOf(ReadOnlySpan<char> unit) => unit switch
    {
        "h" => TimeSpan.TicksPerHour,
        "m" => TimeSpan.TicksPerMinute,
        "s" => TimeSpan.TicksPerSecond,
        "ms" => TimeSpan.TicksPerMillisecond,
        _ => null,
    };
}

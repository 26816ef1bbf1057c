using System.Globalization;
using NodaTime;

namespace Todo.Recurrence;

/// <summary>From text to <see cref="RecurrenceRule"/>, part by part; the first thing wrong is reported with the part's name.</summary>
internal static class RuleParser
{
    private const string Prefix = "RRULE:";
    private const int MaxLength = 500;
    private const int MaxNumber = 100_000;

    private static readonly string[] KnownParts =
        ["FREQ", "UNTIL", "COUNT", "INTERVAL", "BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST"];

    public static bool TryParse(string text, out RecurrenceRule? rule, out RecurrenceError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            rule = Build(Split(text));
            error = null;
            return true;
        }
        catch (RecurrenceFormatException e)
        {
            rule = null;
            error = e.Error;
            return false;
        }
    }

    private static Dictionary<string, string> Split(string text)
    {
        text = text.Trim().ToUpperInvariant();
        if (text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            text = text[Prefix.Length..];
        }

        if (text.Length is 0 or > MaxLength)
        {
            throw Refuse("RRULE", $"a rule has 1 to {MaxLength} characters, for example FREQ=WEEKLY;BYDAY=MO,WE.");
        }

        var parts = new Dictionary<string, string>();
        foreach (var part in text.Split(';'))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == part.Length - 1)
            {
                throw Refuse("RRULE", $"'{part}' is not NAME=VALUE. A rule looks like FREQ=WEEKLY;BYDAY=MO,WE.");
            }

            var name = part[..equals];
            if (!KnownParts.Contains(name))
            {
                throw Refuse(name, $"RFC 5545 has no such part. Its parts are {string.Join(", ", KnownParts)}.");
            }

            if (!parts.TryAdd(name, part[(equals + 1)..]))
            {
                throw Refuse(name, "given twice.");
            }
        }

        return parts;
    }

    private static RecurrenceRule Build(Dictionary<string, string> parts)
    {
        var frequency = ParseFrequency(parts);
        RefuseUnsupported(frequency, parts.Keys);
        if (parts.ContainsKey("COUNT") && parts.ContainsKey("UNTIL"))
        {
            throw Refuse("UNTIL", "COUNT and UNTIL exclude each other (RFC 5545, 3.3.10); give one of them.");
        }

        var weekStart = parts.TryGetValue("WKST", out var wkst) ? ParseDay("WKST", wkst) : IsoDayOfWeek.Monday;
        return new RecurrenceRule
        {
            Frequency = frequency,
            Interval = ParseNumber(parts, "INTERVAL") ?? 1,
            Count = ParseNumber(parts, "COUNT"),
            Until = ParseUntil(parts),
            ByDay = ParseByDay(parts, weekStart),
            WeekStart = weekStart,
        };
    }

    private static Frequency ParseFrequency(Dictionary<string, string> parts)
    {
        if (!parts.TryGetValue("FREQ", out var value))
        {
            throw Refuse("FREQ", "missing. It is one of DAILY, WEEKLY, MONTHLY, YEARLY.");
        }

        return value switch
        {
            "DAILY" => Frequency.Daily,
            "WEEKLY" => Frequency.Weekly,
            "MONTHLY" => Frequency.Monthly,
            "YEARLY" => Frequency.Yearly,
            "HOURLY" or "MINUTELY" or "SECONDLY" => throw Refuse("FREQ", $"{value} is not supported: a task recurs DAILY, WEEKLY, MONTHLY or YEARLY."),
            _ => throw Refuse("FREQ", $"'{value}' is not one of DAILY, WEEKLY, MONTHLY, YEARLY."),
        };
    }

    private static void RefuseUnsupported(Frequency frequency, IEnumerable<string> names)
    {
        string[] supported = frequency is Frequency.Daily or Frequency.Weekly
            ? ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"]
            : ["FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"];
        if (names.FirstOrDefault(name => !supported.Contains(name)) is { } unsupported)
        {
            throw Refuse(unsupported, $"not supported with FREQ={frequency.ToString().ToUpperInvariant()}, which takes {string.Join(", ", supported[1..])}.");
        }
    }

    private static int? ParseNumber(Dictionary<string, string> parts, string name)
    {
        if (!parts.TryGetValue(name, out var value))
        {
            return null;
        }

        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxNumber
            ? number
            : throw Refuse(name, $"'{value}' is not a whole number from 1 to {MaxNumber}.");
    }

    private static Until? ParseUntil(Dictionary<string, string> parts)
    {
        if (!parts.TryGetValue("UNTIL", out var value))
        {
            return null;
        }

        return Until.TryParse(value, out var until)
            ? until
            : throw Refuse("UNTIL", $"'{value}' is neither a date (20261231) nor a time (20261231T080000Z, or without Z for local time).");
    }

    private static IsoDayOfWeek[] ParseByDay(Dictionary<string, string> parts, IsoDayOfWeek weekStart)
    {
        if (!parts.TryGetValue("BYDAY", out var value))
        {
            return [];
        }

        return [.. value.Split(',').Select(day => ParseDay("BYDAY", day)).Distinct().OrderBy(day => Weekdays.Offset(day, weekStart))];
    }

    private static IsoDayOfWeek ParseDay(string part, string text)
    {
        if (Weekdays.Parse(text) is { } day)
        {
            return day;
        }

        throw text.Length > 2 && Weekdays.Parse(text[^2..]) is not null
            ? Refuse(part, $"'{text}' has an ordinal, which is not supported; give the weekday alone: {text[^2..]}.")
            : Refuse(part, $"'{text}' is not one of MO, TU, WE, TH, FR, SA, SU.");
    }

    private static RecurrenceFormatException Refuse(string part, string message) => new(new RecurrenceError(part, message));
}

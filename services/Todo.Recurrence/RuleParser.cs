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
            rule = Read(text);
            RuleChecks.ThrowIfRefused(rule);
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

    /// <summary>The rule as it is written, whether or not it makes sense.</summary>
    internal static RecurrenceRule Read(string text) => Build(new RuleParts(Split(text)));

    private static Dictionary<string, string> Split(string text)
    {
        text = text.Trim().ToUpperInvariant();
        if (text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            text = text[Prefix.Length..];
        }

        if (text.Length is 0 or > MaxLength)
        {
            throw Refused.For("RRULE", $"a rule has 1 to {MaxLength} characters, for example FREQ=WEEKLY;BYDAY=MO,WE.");
        }

        var parts = new Dictionary<string, string>();
        foreach (var part in text.Split(';'))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == part.Length - 1)
            {
                throw Refused.For("RRULE", $"'{part}' is not NAME=VALUE. A rule looks like FREQ=WEEKLY;BYDAY=MO,WE.");
            }

            var name = part[..equals];
            if (!KnownParts.Contains(name))
            {
                throw Refused.For(name, $"RFC 5545 has no such part. Its parts are {string.Join(", ", KnownParts)}.");
            }

            if (!parts.TryAdd(name, part[(equals + 1)..]))
            {
                throw Refused.For(name, "given twice. Give it once, with its values separated by commas.");
            }
        }

        return parts;
    }

    private static RecurrenceRule Build(RuleParts parts)
    {
        var frequency = ParseFrequency(parts.Text("FREQ"));
        foreach (var name in (string[])["BYHOUR", "BYMINUTE", "BYSECOND"])
        {
            if (parts.Text(name) is not null)
            {
                throw Refused.For(name, "not supported: a task recurs at the time of day at which its series starts. Leave it out.");
            }
        }

        var weekStart = parts.Weekday("WKST") ?? IsoDayOfWeek.Monday;
        return new RecurrenceRule
        {
            Frequency = frequency,
            Interval = parts.Number("INTERVAL", MaxNumber) ?? 1,
            Count = parts.Number("COUNT", MaxNumber),
            Until = parts.Until("UNTIL"),
            ByMonth = parts.Numbers("BYMONTH", 12, signed: false),
            ByWeekNo = parts.Numbers("BYWEEKNO", 53, signed: true),
            ByYearDay = parts.Numbers("BYYEARDAY", 366, signed: true),
            ByMonthDay = parts.Numbers("BYMONTHDAY", 31, signed: true),
            ByDay = parts.Weekdays("BYDAY", weekStart),
            BySetPos = parts.Numbers("BYSETPOS", 366, signed: true),
            WeekStart = weekStart,
        };
    }

    private static Frequency ParseFrequency(string? value) => value switch
    {
        null => throw Refused.For("FREQ", "missing. It is one of DAILY, WEEKLY, MONTHLY, YEARLY."),
        "DAILY" => Frequency.Daily,
        "WEEKLY" => Frequency.Weekly,
        "MONTHLY" => Frequency.Monthly,
        "YEARLY" => Frequency.Yearly,
        "HOURLY" or "MINUTELY" or "SECONDLY" => throw Refused.For("FREQ", $"{value} is not supported: a task recurs DAILY, WEEKLY, MONTHLY or YEARLY."),
        _ => throw Refused.For("FREQ", $"'{value}' is not one of DAILY, WEEKLY, MONTHLY, YEARLY."),
    };
}

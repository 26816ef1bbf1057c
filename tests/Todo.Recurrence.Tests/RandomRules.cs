using System.Globalization;
using NodaTime;

namespace Todo.Recurrence.Tests;

/// <summary>A rule's text with its start.</summary>
internal sealed record Question(string Rule, LocalDateTime Start, string Zone)
{
    public DateTimeZone TimeZone => DateTimeZoneProviders.Tzdb[Zone];
}

/// <summary>Rules of all parts, each combination that the RFC allows, in zones that change their clocks by hours, half hours and a day.</summary>
internal static class RandomRules
{
    private static readonly string[] Days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    private static readonly string[] Zones =
    [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Auckland", "Europe/Dublin", "America/St_Johns",
    ];

    public static Question Next(Random random)
    {
        var frequency = random.GetItems((string[])["DAILY", "WEEKLY", "MONTHLY", "YEARLY"], 1)[0];
        var yearly = frequency == "YEARLY";
        List<string> parts = [$"FREQ={frequency}"];
        var start = new LocalDate(1995, 1, 1).PlusDays(random.Next(40 * 365)) + LocalTime.FromMinutesSinceMidnight(random.Next(3) == 0 ? random.Next(24 * 60) : random.Next(8) * 30);

        void Sometimes(bool allowed, int oneIn, Func<string> part)
        {
            if (random.Next(oneIn) == 0 && allowed)
            {
                parts.Add(part());
            }
        }

        Sometimes(true, 2, () => $"INTERVAL={(random.Next(6) == 0 ? random.Next(1, 60) : random.Next(1, 5))}");
        Sometimes(true, 3, () => $"BYMONTH={Numbers(random, 12, signed: false)}");
        Sometimes(yearly, 4, () => $"BYWEEKNO={Numbers(random, 53)}");
        Sometimes(yearly, 4, () => $"BYYEARDAY={Numbers(random, 366)}");
        Sometimes(frequency != "WEEKLY", 3, () => $"BYMONTHDAY={Numbers(random, 31)}");
        var inYear = yearly && !parts.Exists(part => part.StartsWith("BYMONTH=", StringComparison.Ordinal));
        var ordinals = frequency is "MONTHLY" or "YEARLY" && !parts.Exists(part => part.StartsWith("BYWEEKNO", StringComparison.Ordinal));
        Sometimes(true, 2, () => $"BYDAY={Weekdays(random, ordinals ? random.Next(3) : 0, inYear && random.Next(2) == 0 ? 53 : 5)}");
        Sometimes(parts.Exists(part => part.StartsWith("BY", StringComparison.Ordinal)), 4, () => $"BYSETPOS={Numbers(random, random.Next(3) == 0 ? 40 : 4)}");
        Sometimes(true, 3, () => $"WKST={Days[random.Next(7)]}");
        switch (random.Next(6))
        {
            case 0:
                parts.Add($"COUNT={random.Next(1, 20)}");
                break;
            case 1:
                var end = start.PlusDays(random.Next(2_000)).PlusMinutes(random.Next(-60, 60));
                parts.Add("UNTIL=" + end.ToString(random.GetItems((string[])["uuuuMMdd", "uuuuMMdd'T'HHmmss", "uuuuMMdd'T'HHmmss'Z'"], 1)[0], CultureInfo.InvariantCulture));
                break;
        }

        return new(string.Join(';', parts), start, Zones[random.Next(Zones.Length)]);
    }

    /// <summary>From few to many of them; close to the ends now and then.</summary>
    private static string Numbers(Random random, int max, bool signed = true) => string.Join(',', Enumerable.Range(0, random.Next(3) == 0 ? random.Next(1, 12) : random.Next(1, 3)).Select(_ =>
    {
        var number = random.Next(4) == 0 ? max - random.Next(Math.Min(3, max)) : random.Next(1, max + 1);
        return signed && random.Next(3) == 0 ? -number : number;
    }));

    /// <param name="random">The source of chance.</param>
    /// <param name="ordinals">0: without, 1: with, 2: mixed.</param>
    /// <param name="max">The largest ordinal.</param>
    private static string Weekdays(Random random, int ordinals, int max) => string.Join(',', Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
        (ordinals == 1 || (ordinals == 2 && random.Next(2) == 0) ? Numbers(random, max).Split(',')[0] : "") + Days[random.Next(7)]));
}

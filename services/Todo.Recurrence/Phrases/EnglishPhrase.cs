using System.Globalization;
using NodaTime;

namespace Todo.Recurrence.Phrases;

/// <summary>
/// English phrases as the system before this one accepted them, and those that are made in the same way: <c>daily</c>, <c>every 2 weeks</c>,
/// <c>monday and thursday</c>. Words are few and their order is fixed, so that what is translated is what was meant; all else is no phrase.
/// </summary>
internal static class EnglishPhrase
{
    private const int MaxLength = 100;

    private static readonly Dictionary<string, string> Alone = new()
    {
        ["daily"] = "FREQ=DAILY",
        ["weekly"] = "FREQ=WEEKLY",
        ["biweekly"] = "FREQ=WEEKLY;INTERVAL=2",
        ["fortnightly"] = "FREQ=WEEKLY;INTERVAL=2",
        ["monthly"] = "FREQ=MONTHLY",
        ["quarterly"] = "FREQ=MONTHLY;INTERVAL=3",
        ["yearly"] = "FREQ=YEARLY",
        ["annually"] = "FREQ=YEARLY",
    };

    private static readonly Dictionary<string, Frequency> Units = new()
    {
        ["day"] = Frequency.Daily,
        ["week"] = Frequency.Weekly,
        ["month"] = Frequency.Monthly,
        ["year"] = Frequency.Yearly,
    };

    private static readonly Dictionary<string, IsoDayOfWeek[]> Days = DayWords();

    /// <summary>The rule's text, or null when this is no phrase. The text is not checked: <c>every 0 days</c> is for the parser of rules to refuse.</summary>
    public static string? ToRule(string text)
    {
        if (text.Length > MaxLength)
        {
            return null;
        }

        // "on Monday, Wednesday and Friday": what stands between days says nothing.
        string[] words = [.. text.ToLowerInvariant().Split([' ', '\t', ',', '&'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        if (words.Length == 1 && Alone.TryGetValue(words[0], out var rule))
        {
            return rule;
        }

        ReadOnlySpan<string> rest = words;
        var isEvery = rest.Length > 0 && rest[0] is "every" or "each";
        if (isEvery)
        {
            rest = rest[1..];
        }

        return (isEvery ? Interval(rest) : null) ?? OnDays(rest, interval: 1);
    }

    /// <summary><c>day</c>, <c>2 weeks</c>, <c>other month</c>, <c>week on monday</c>.</summary>
    private static string? Interval(ReadOnlySpan<string> words)
    {
        var interval = 1;
        if (words.Length > 1 && Number(words[0]) is { } number)
        {
            interval = number;
            words = words[1..];
        }

        if (words.IsEmpty || !Units.TryGetValue(interval == 1 ? words[0] : words[0].TrimEnd('s'), out var frequency))
        {
            return null;
        }

        return words.Length == 1 ? Rule(frequency, interval)
            : frequency == Frequency.Weekly && words[1] == "on" ? OnDays(words[2..], interval)
            : null;
    }

    private static int? Number(string word) =>
        word == "other" ? 2 : int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary><c>mondays</c>, <c>tue and thu</c>, <c>weekdays</c>.</summary>
    private static string? OnDays(ReadOnlySpan<string> words, int interval)
    {
        var days = new SortedSet<IsoDayOfWeek>();
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == "and" && i > 0 && i < words.Length - 1)
            {
                continue;
            }

            if (!Days.TryGetValue(words[i], out var named))
            {
                return null;
            }

            days.UnionWith(named);
        }

        return days.Count == 0 ? null : $"{Rule(Frequency.Weekly, interval)};BYDAY={string.Join(',', days.Select(Weekdays.ToText))}";
    }

    private static string Rule(Frequency frequency, int interval) =>
        string.Create(CultureInfo.InvariantCulture, $"FREQ={frequency.ToString().ToUpperInvariant()}{(interval == 1 ? "" : $";INTERVAL={interval}")}");

    private static Dictionary<string, IsoDayOfWeek[]> DayWords()
    {
        var words = new Dictionary<string, IsoDayOfWeek[]>
        {
            ["tues"] = [IsoDayOfWeek.Tuesday],
            ["thur"] = [IsoDayOfWeek.Thursday],
            ["thurs"] = [IsoDayOfWeek.Thursday],
        };
        foreach (var day in Enumerable.Range(1, 7).Select(number => (IsoDayOfWeek)number))
        {
            var name = day.ToString().ToLowerInvariant();
            words[name] = words[$"{name}s"] = words[name[..3]] = [day];
        }

        words["weekday"] = words["weekdays"] = [.. Enumerable.Range(1, 5).Select(number => (IsoDayOfWeek)number)];
        words["weekend"] = words["weekends"] = [IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday];
        return words;
    }
}

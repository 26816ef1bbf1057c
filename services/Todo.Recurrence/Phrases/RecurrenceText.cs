using System.Diagnostics.CodeAnalysis;

namespace Todo.Recurrence.Phrases;

/// <summary>What a user may write where a rule is wanted: an RRULE, or an English phrase. A phrase becomes a rule at once; what is stored is the rule.</summary>
public static class RecurrenceText
{
    /// <summary>What is accepted, for people.</summary>
    public const string Accepted =
        "a rule of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO,WE, or an English phrase: daily, weekly, biweekly, monthly, yearly, annually, weekdays, weekends, every day, every 2 weeks, "
        + "every other month, every monday, mondays, monday and thursday, mon wed fri, every weekday, every 2 weeks on friday";

    /// <summary>Reads either.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RecurrenceRule? rule, [NotNullWhen(false)] out RecurrenceError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (EnglishPhrase.ToRule(text) is { } translated)
        {
            return RecurrenceRule.TryParse(translated, out rule, out error);
        }

        if (text.Contains('=', StringComparison.Ordinal) || string.IsNullOrWhiteSpace(text))
        {
            return RecurrenceRule.TryParse(text, out rule, out error);
        }

        rule = null;
        error = new RecurrenceError("RRULE", $"not understood. Give {Accepted}.");
        return false;
    }
}

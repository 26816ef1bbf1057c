using NodaTime;

namespace Todo.Recurrence;

/// <summary>Parts that exclude each other (RFC 5545, section 3.3.10), and rules that no date can match.</summary>
internal static class RuleChecks
{
    /// <summary>The parts that limit or pick dates, the first of which is blamed first, each with the rule as it is without it.</summary>
    private static readonly (string Name, Func<RecurrenceRule, bool> IsGiven, Func<RecurrenceRule, RecurrenceRule> Without)[] Limits =
    [
        ("BYSETPOS", rule => rule.BySetPos.Count > 0, rule => rule with { BySetPos = [] }),
        ("BYDAY", rule => rule.ByDay.Count > 0, rule => rule with { ByDay = [] }),
        ("BYMONTHDAY", rule => rule.ByMonthDay.Count > 0, rule => rule with { ByMonthDay = [] }),
        ("BYYEARDAY", rule => rule.ByYearDay.Count > 0, rule => rule with { ByYearDay = [] }),
        ("BYWEEKNO", rule => rule.ByWeekNo.Count > 0, rule => rule with { ByWeekNo = [] }),
        ("BYMONTH", rule => rule.ByMonth.Count > 0, rule => rule with { ByMonth = [] }),
    ];

    public static void ThrowIfRefused(RecurrenceRule rule)
    {
        ThrowIfContradictory(rule);
        var given = Limits.Where(limit => limit.IsGiven(rule)).ToList();
        if (given.Count > 0 && !HasDates(rule))
        {
            var part = given.Select(limit => (limit.Name, Left: limit.Without(rule))).Where(x => HasDates(x.Left)).Select(x => x.Name).FirstOrDefault() ?? given[0].Name;
            var others = string.Join(", ", given.Select(limit => limit.Name).Where(name => name != part));
            throw Refused.For(
                part,
                others.Length == 0
                    ? "no date has it, in any year, so the rule would never match. Change it or leave it out."
                    : $"no date has it together with {others}, in any year, so the rule would never match. Change or leave out one of them.");
        }
    }

    private static void ThrowIfContradictory(RecurrenceRule rule)
    {
        var frequency = rule.Frequency;
        if (rule is { Count: not null, Until: not null })
        {
            throw Refused.For("UNTIL", "COUNT and UNTIL exclude each other; give one of them.");
        }

        if (rule.ByWeekNo.Count > 0 && frequency != Frequency.Yearly)
        {
            throw Refused.For("BYWEEKNO", "weeks have numbers in a year: it goes with FREQ=YEARLY only.");
        }

        if (rule.ByYearDay.Count > 0 && frequency != Frequency.Yearly)
        {
            throw Refused.For("BYYEARDAY", "it goes with FREQ=YEARLY only; days of a month are BYMONTHDAY.");
        }

        if (rule.ByMonthDay.Count > 0 && frequency == Frequency.Weekly)
        {
            throw Refused.For("BYMONTHDAY", "it does not go with FREQ=WEEKLY; use FREQ=DAILY with BYDAY and BYMONTHDAY, or FREQ=MONTHLY.");
        }

        if (rule.ByDay.FirstOrDefault(day => day.Ordinal != 0) is { Ordinal: not 0 } numbered)
        {
            if (frequency is Frequency.Daily or Frequency.Weekly)
            {
                throw Refused.For("BYDAY", $"'{numbered}' has an ordinal, which goes with FREQ=MONTHLY and YEARLY only; give the weekday alone: {Weekdays.ToText(numbered.Day)}.");
            }

            if (rule.ByWeekNo.Count > 0)
            {
                throw Refused.For("BYDAY", $"'{numbered}' has an ordinal, which does not go with BYWEEKNO; give the weekday alone: {Weekdays.ToText(numbered.Day)}.");
            }
        }

        if (rule.BySetPos.Count > 0 && Limits.Count(limit => limit.IsGiven(rule)) == 1)
        {
            throw Refused.For("BYSETPOS", "it picks from the dates that another BY part gives; give one, for example BYDAY.");
        }
    }

    /// <summary>
    /// Whether any date, for any DTSTART, matches. With INTERVAL left aside (DTSTART can be in the period of any date) every period of the calendar's 400
    /// years is asked, for each weekday that DTSTART may have left to the rule; so a no is certain. Of days of the month the first will do: every month has it.
    /// </summary>
    private static bool HasDates(RecurrenceRule rule)
    {
        var every = rule with { Interval = 1 };
        var starts = DerivedParts.Of(rule).Weekday ? 7 : 1;
        var looked = 0;
        return Enumerable.Range(1, starts).Any(day => new CandidateDates(every, new LocalDate(2000, 1, day)).FirstFrom(0, ref looked) is not null);
    }
}

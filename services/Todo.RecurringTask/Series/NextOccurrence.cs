using NodaTime;
using Todo.Contracts.Payloads;
using Todo.Messaging.Consuming;
using Todo.Recurrence;

namespace Todo.RecurringTask.Series;

/// <summary>Which occurrence follows a completed task: the pure decision.</summary>
internal static class NextOccurrence
{
    /// <summary>
    /// The first occurrence that is after both the completed one and now, or null when the task does not recur or its series has ended. Counted from the start
    /// of the series, never from the completion, so that late completions shift nothing.
    /// </summary>
    /// <exception cref="PoisonEventException">The rule can't be read.</exception>
    public static DateTimeOffset? Of(TaskSnapshot completed, string timeZone, DateTimeOffset now)
    {
        if (completed is not { RecurrenceRule: { } text, SeriesStart: { } start, Occurrence: { } occurrence })
        {
            return null;
        }

        if (!RecurrenceRule.TryParse(text, out var rule, out var error))
        {
            throw new PoisonEventException($"The rule '{text}' can't be read: {error.Part}: {error.Message}");
        }

        // An unknown zone is no reason to end somebody's series.
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) ?? DateTimeZone.Utc;
        var first = Instant.FromDateTimeOffset(start);
        var after = Instant.FromDateTimeOffset(occurrence > now ? occurrence : now);
        return Series(rule, first, zone)?.Next(after)?.ToDateTimeOffset();
    }

    /// <summary>
    /// COUNT says how many tasks the user gets, and the first is the one that was created by hand, whether or not its date matches the rule
    /// (RFC 5545, 3.3.10: DTSTART always counts as the first occurrence).
    /// </summary>
    private static RecurrenceSeries? Series(RecurrenceRule rule, Instant start, DateTimeZone zone)
    {
        var series = new RecurrenceSeries(rule, start, zone);
        if (rule.Count is not { } count || series.Next(start - Duration.Epsilon) == start)
        {
            return series;
        }

        return count == 1 ? null : new RecurrenceSeries(rule with { Count = count - 1 }, start, zone);
    }
}

using NodaTime;
using NodaTime.TimeZones;

namespace Todo.Recurrence;

/// <summary>
/// A rule with its DTSTART in a time zone: the recurrence set of RFC 5545. The time of day is local, so it stays the same through daylight saving;
/// a time that a change of the clock skips is taken with the offset before the change, one that occurs twice is its first occurrence (section 3.3.5).
/// </summary>
/// <remarks>A DTSTART that does not match the rule is not in the set (as in python-dateutil; the RFC leaves it undefined).</remarks>
public sealed class RecurrenceSeries
{
    private static readonly ZoneLocalMappingResolver Resolver =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnForwardShifted);

    private static readonly Instant EndOfCalendar = Instant.FromUtc(9999, 1, 2, 0, 0);

    private readonly Instant _start;
    private readonly DateTimeZone _zone;
    private readonly LocalTime _timeOfDay;
    private readonly CandidateDates _candidates;
    private readonly Lazy<long?> _first;
    private readonly Lazy<long> _last;

    /// <summary>A series that starts at a moment, shown on a clock of the zone.</summary>
    public RecurrenceSeries(RecurrenceRule rule, Instant start, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(zone);
        Rule = rule;
        _start = start;
        _zone = zone;
        var local = start.InZone(zone).LocalDateTime;
        _timeOfDay = local.TimeOfDay;
        _candidates = new CandidateDates(rule, local.Date);
        _first = new(() => FindFrom(0));
        _last = new(FindLast);
    }

    /// <summary>The rule.</summary>
    public RecurrenceRule Rule { get; }

    /// <summary>
    /// The first occurrence strictly after a moment, or null when the series has ended. The cost does not grow with the distance from DTSTART, except
    /// with COUNT on rules that skip periods (the 29th to 31st, filtered days), where counting is the only way; that is done once per series.
    /// </summary>
    public Instant? Next(Instant after)
    {
        if (after >= EndOfCalendar)
        {
            return null;
        }

        var number = after < _start ? _first.Value : FindFrom(BeforePeriodOf(after));
        while (number is { } found && ToInstant(_candidates[found]!.Value) <= after)
        {
            number = FindFrom(found + 1);
        }

        return number is { } next ? Limit(next) : null;
    }

    /// <summary>All occurrences in order. A rule without COUNT or UNTIL goes on to the year 9998.</summary>
    public IEnumerable<Instant> Occurrences()
    {
        for (var number = _first.Value; number is { } found; number = FindFrom(found + 1))
        {
            if (Limit(found) is not { } occurrence)
            {
                yield break;
            }

            yield return occurrence;
        }
    }

    /// <summary>One period back: a skipped hour (or day: Samoa, 2011) may have pushed its last occurrence beyond the moment.</summary>
    private long BeforePeriodOf(Instant moment) =>
        Math.Max(0, _candidates.FirstOfPeriodOf(moment.InZone(_zone).Date) - _candidates.PerPeriod);

    private long? FindFrom(long number)
    {
        var end = Math.Min(_candidates.End, number + (long)CandidateDates.LongestGap * _candidates.PerPeriod);
        for (; number < end; number++)
        {
            if (_candidates[number] is not null)
            {
                return number;
            }
        }

        return null;
    }

    private Instant? Limit(long number)
    {
        if (number > _last.Value)
        {
            return null;
        }

        var local = _candidates[number]!.Value + _timeOfDay;
        var instant = ToInstant(local);
        return Rule.Until is { } until && !until.Includes(local, instant) ? null : instant;
    }

    /// <summary>The number of the occurrence that COUNT ends with.</summary>
    private long FindLast()
    {
        if (Rule.Count is not { } count || _first.Value is not { } last)
        {
            return long.MaxValue;
        }

        if (_candidates.IsRegular)
        {
            return last + count - 1;
        }

        for (var left = count - 1; left > 0; left--)
        {
            if (FindFrom(last + 1) is not { } next)
            {
                break;
            }

            last = next;
        }

        return last;
    }

    private Instant ToInstant(LocalDate date) => ToInstant(date + _timeOfDay);

    private Instant ToInstant(LocalDateTime local) => _zone.ResolveLocal(local, Resolver).ToInstant();
}

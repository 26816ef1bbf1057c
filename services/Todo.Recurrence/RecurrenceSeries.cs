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
    private readonly LocalDateTime _localStart;
    private readonly DateTimeZone _zone;
    private readonly CandidateDates _dates;
    private readonly Lazy<int> _last;

    /// <summary>A series that starts at a moment, shown on a clock of the zone.</summary>
    public RecurrenceSeries(RecurrenceRule rule, Instant start, DateTimeZone zone)
        : this(rule, start, start.InZone(zone).LocalDateTime, zone)
    {
    }

    /// <summary>A series that starts at a local time, as a DTSTART with TZID does. One that a change of the clock skips is kept for the other days.</summary>
    public RecurrenceSeries(RecurrenceRule rule, LocalDateTime start, DateTimeZone zone)
        : this(rule, zone.ResolveLocal(start, Resolver).ToInstant(), start, zone)
    {
    }

    private RecurrenceSeries(RecurrenceRule rule, Instant start, LocalDateTime localStart, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Rule = rule;
        _start = start;
        _localStart = localStart;
        _zone = zone;
        _dates = new CandidateDates(rule, localStart.Date);
        _last = new(() => Rule.Count is { } count ? _dates.Last(count) ?? int.MaxValue : int.MaxValue);
    }

    /// <summary>The rule.</summary>
    public RecurrenceRule Rule { get; }

    /// <summary>
    /// The first occurrence strictly after a moment, or null when the series has ended. The cost does not grow with the distance from DTSTART, except with
    /// COUNT where periods have different numbers of dates (months without a 31st, filtered days): there counting is the only way, once per series.
    /// </summary>
    public Instant? Next(Instant after)
    {
        var looked = 0;
        return Next(after, ref looked);
    }

    /// <summary>All occurrences in order. A rule without COUNT or UNTIL goes on to the year 9998.</summary>
    public IEnumerable<Instant> Occurrences()
    {
        for (var occurrence = Next(Instant.MinValue); occurrence is { } moment; occurrence = Next(moment))
        {
            yield return moment;
        }
    }

    /// <param name="after">The moment.</param>
    /// <param name="looked">Is raised by the number of periods that were looked at: the cost.</param>
    internal Instant? Next(Instant after, ref int looked)
    {
        if (after >= EndOfCalendar)
        {
            return null;
        }

        // From the day before: a skipped hour (or day: Samoa, 2011) may have pushed its occurrence beyond the moment.
        var day = after < _start ? 0 : after.InZone(_zone).Date.ToDateOnly().DayNumber - 1;
        for (var found = _dates.FirstFrom(day, ref looked); found is { } date; found = _dates.FirstFrom(date + 1, ref looked))
        {
            var local = LocalDate.FromDateOnly(DateOnly.FromDayNumber(date)) + _localStart.TimeOfDay;
            var instant = local == _localStart ? _start : _zone.ResolveLocal(local, Resolver).ToInstant();
            if (instant > after)
            {
                return date > _last.Value || Rule.Until?.Includes(local, instant) == false ? null : instant;
            }
        }

        return null;
    }
}

using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Todo.Recurrence;

namespace Todo.Recurrence.Tests;

/// <summary>What the examples of the RFC leave open: forms of UNTIL, missing days, clock changes (section 3.3.5), words that readers of rules differ about.</summary>
public sealed class SeriesTests
{
    private const string NewYork = "America/New_York";

    [Theory]
    [InlineData("FREQ=DAILY;UNTIL=19970904T130000Z", "1997-09-02T09:00", "09-02 09-03 09-04 .")]
    [InlineData("FREQ=DAILY;UNTIL=19970904T125959Z", "1997-09-02T09:00", "09-02 09-03 .")]
    [InlineData("FREQ=DAILY;UNTIL=19970904", "1997-09-02T23:00", "09-02 09-03 09-04 .")]
    [InlineData("FREQ=DAILY;BYDAY=MO,WE;COUNT=3", "1997-09-02T09:00", "09-03 09-08 09-10 .")]
    [InlineData("FREQ=MONTHLY", "1997-01-31T09:00", "01-31 03-31 05-31 07-31 08-31")]
    [InlineData("FREQ=MONTHLY;COUNT=3", "1997-01-30T09:00", "01-30 03-30 04-30 .")]
    [InlineData("FREQ=YEARLY;COUNT=2", "1997-06-10T09:00", "06-10 06-10 .")]
    // Week 20 alone: the weekday of DTSTART, a Tuesday (3.3.10: what the rule does not say comes from DTSTART).
    [InlineData("FREQ=YEARLY;BYWEEKNO=20;COUNT=2", "1997-09-02T09:00", "05-12 05-18 .")]
    // A list is a union: Mondays, and the second Tuesday.
    [InlineData("FREQ=MONTHLY;BYDAY=MO,2TU;COUNT=6", "1997-09-01T09:00", "09-01 09-08 09-09 09-15 09-22 09-29 .")]
    // A Wednesday: the first of Monday, Wednesday, Friday of its week has passed.
    [InlineData("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1;COUNT=2", "1997-09-03T09:00", "09-08 09-15 .")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1;COUNT=2", "1997-09-03T09:00", "09-05 09-12 .")]
    // Week 1 of 1998 is the 53rd from the end of its year's 53, and begins on 29 December 1997.
    [InlineData("FREQ=YEARLY;BYWEEKNO=-53;BYDAY=MO,TH;COUNT=3", "1997-09-02T09:00", "12-29 01-01 12-29 .")]
    // With weeks from Sunday 2 January 2027 is in week 52 of 2026.
    [InlineData("FREQ=YEARLY;BYWEEKNO=52;BYDAY=SA;WKST=SU;COUNT=1", "2026-06-01T09:00", "01-02 .")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=53;BYDAY=SA;WKST=SU;BYMONTH=1;COUNT=1", "2026-06-01T09:00", "01-03 .")]
    public void The_dates_are_these(string rule, string start, string expected)
    {
        var series = Series(rule, start, NewYork);
        var dates = expected.Split(' ');
        var ends = dates[^1] == ".";
        var count = ends ? dates.Length - 1 : dates.Length;

        var actual = series.Occurrences().Take(count + 1).Select(o => Local(o, NewYork).ToString("MM-dd", CultureInfo.InvariantCulture)).ToList();

        Assert.Equal(dates[..count], actual.Take(count));
        Assert.Equal(ends ? count : count + 1, actual.Count);
    }

    [Fact]
    public void The_29th_of_February_comes_in_leap_years_only()
    {
        var years = Series("FREQ=YEARLY", "1996-02-29T09:00", "UTC").Occurrences().Take(3).Select(o => o.InUtc().Year);
        Assert.Equal([1996, 2000, 2004], years);
        Assert.Equal(3, Series("FREQ=YEARLY;COUNT=3", "1996-02-29T09:00", "UTC").Occurrences().Count());
    }

    [Fact]
    public void The_local_time_stays_through_daylight_saving()
    {
        var series = Series("FREQ=DAILY", "2026-03-28T09:00", "Europe/Berlin");
        var instants = series.Occurrences().Take(3).ToList();
        Assert.Equal(Duration.FromHours(23), instants[1] - instants[0]);
        Assert.Equal(new LocalTime(9, 0), Local(instants[2], "Europe/Berlin").TimeOfDay);
    }

    [Fact]
    public void A_skipped_time_uses_the_offset_before_the_gap_and_a_doubled_one_its_first()
    {
        var spring = Series("FREQ=DAILY", "2026-03-28T02:30", "Europe/Berlin").Occurrences().Take(3).Select(o => Local(o, "Europe/Berlin"));
        Assert.Equal([new(2026, 3, 28, 2, 30), new(2026, 3, 29, 3, 30), new LocalDateTime(2026, 3, 30, 2, 30)], spring);

        var autumn = Series("FREQ=DAILY", "2026-10-24T02:30", "Europe/Berlin").Occurrences().ElementAt(1);
        Assert.Equal(Instant.FromUtc(2026, 10, 25, 0, 30), autumn);
    }

    [Fact]
    public void Next_sees_an_occurrence_that_a_gap_has_pushed_later()
    {
        // 02:30 on 29 March is shown as 03:30; asked at 03:00 it is still to come.
        var zone = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
        var after = new LocalDateTime(2026, 3, 29, 3, 0).InZoneStrictly(zone).ToInstant();
        Assert.Equal(Instant.FromUtc(2026, 3, 29, 1, 30), Series("FREQ=DAILY", "2026-03-01T02:30", "Europe/Berlin").Next(after));
    }

    [Fact]
    public void The_end_of_the_calendar_is_an_end_and_not_an_error()
    {
        var series = Series("FREQ=WEEKLY", "1997-09-02T09:00", NewYork);
        Assert.Null(series.Next(Instant.FromUtc(9998, 12, 31, 0, 0)));
        Assert.Null(series.Next(Instant.MaxValue));
        Assert.Equal(Instant.FromUtc(1997, 9, 2, 13, 0), series.Next(Instant.FromUtc(1900, 1, 1, 0, 0)));
    }

    [Fact]
    public void A_skipped_start_keeps_its_time_for_the_other_days()
    {
        var start = new LocalDateTime(2026, 3, 29, 2, 30);
        var series = new RecurrenceSeries(RecurrenceRule.Parse("FREQ=DAILY"), start, DateTimeZoneProviders.Tzdb["Europe/Berlin"]);
        Assert.Equal([start.PlusHours(1), start.PlusDays(1)], series.Occurrences().Take(2).Select(o => Local(o, "Europe/Berlin")));
    }

    [Fact]
    public void A_start_in_the_second_of_two_equal_hours_is_the_first_occurrence()
    {
        var start = Instant.FromUtc(2026, 10, 25, 1, 30); // 02:30 in Berlin, for the second time
        var series = new RecurrenceSeries(RecurrenceRule.Parse("FREQ=DAILY"), start, DateTimeZoneProviders.Tzdb["Europe/Berlin"]);
        Assert.Equal([start, start + Duration.FromDays(1)], series.Occurrences().Take(2));
    }

    [Fact]
    public void Two_dates_that_a_skipped_day_makes_one_moment_are_one_occurrence()
    {
        // Apia had no 30 December 2011: with the offset before it, its ten o'clock is that of the 31st.
        var days = Series("FREQ=DAILY;COUNT=4", "2011-12-29T10:00", "Pacific/Apia").Occurrences().Select(o => Local(o, "Pacific/Apia").Date);
        Assert.Equal([new(2011, 12, 29), new(2011, 12, 31), new LocalDate(2012, 1, 1)], days);
    }

    internal static RecurrenceSeries Series(string rule, string start, string zone)
    {
        var local = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(start).Value;
        var timeZone = DateTimeZoneProviders.Tzdb[zone];
        return new RecurrenceSeries(RecurrenceRule.Parse(rule), local.InZoneStrictly(timeZone).ToInstant(), timeZone);
    }

    private static LocalDateTime Local(Instant instant, string zone) => instant.InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime;
}

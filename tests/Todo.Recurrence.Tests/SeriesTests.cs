using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Todo.Recurrence;

namespace Todo.Recurrence.Tests;

/// <summary>The examples of RFC 5545, section 3.8.5.3, that the supported subset covers, and the clock changes of section 3.3.5.</summary>
public sealed class SeriesTests
{
    private const string NewYork = "America/New_York";

    [Theory]
    [InlineData("FREQ=DAILY;COUNT=10", "1997-09-02T09:00", "09-02 09-03 09-04 09-05 09-06 09-07 09-08 09-09 09-10 09-11 .")]
    [InlineData("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02T09:00", "09-02 09-12 09-22 10-02 10-12 .")]
    [InlineData("FREQ=DAILY;INTERVAL=2", "1997-09-02T09:00", "09-02 09-04 09-06 09-08")]
    [InlineData("FREQ=DAILY;UNTIL=19970904T130000Z", "1997-09-02T09:00", "09-02 09-03 09-04 .")]
    [InlineData("FREQ=DAILY;UNTIL=19970904T125959Z", "1997-09-02T09:00", "09-02 09-03 .")]
    [InlineData("FREQ=DAILY;UNTIL=19970904", "1997-09-02T23:00", "09-02 09-03 09-04 .")]
    [InlineData("FREQ=DAILY;BYDAY=MO,WE;COUNT=3", "1997-09-02T09:00", "09-03 09-08 09-10 .")]
    [InlineData("FREQ=WEEKLY;COUNT=10", "1997-09-02T09:00", "09-02 09-09 09-16 09-23 09-30 10-07 10-14 10-21 10-28 11-04 .")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02T09:00", "09-02 09-16 09-30 10-14 10-28 11-11")]
    [InlineData("FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997-09-02T09:00", "09-02 09-04 09-09 09-11 09-16 09-18 09-23 09-25 09-30 10-02 .")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997-09-02T09:00", "09-02 09-04 09-16 09-18 09-30 10-02 10-14 10-16 .")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05T09:00", "08-05 08-10 08-19 08-24 .")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05T09:00", "08-05 08-17 08-19 08-31 .")]
    [InlineData("FREQ=MONTHLY", "1997-01-31T09:00", "01-31 03-31 05-31 07-31 08-31")]
    [InlineData("FREQ=MONTHLY;COUNT=3", "1997-01-30T09:00", "01-30 03-30 04-30 .")]
    [InlineData("FREQ=YEARLY;COUNT=2", "1997-06-10T09:00", "06-10 06-10 .")]
    public void The_set_is_that_of_the_RFC(string rule, string start, string expected)
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
    public void A_rule_that_never_matches_ends_instead_of_searching_for_ever()
    {
        var series = Series("FREQ=DAILY;INTERVAL=7;BYDAY=MO", "1997-09-02T09:00", "UTC");
        Assert.Null(series.Next(Instant.MinValue));
        Assert.Empty(series.Occurrences());
    }

    [Fact]
    public void The_end_of_the_calendar_is_an_end_and_not_an_error()
    {
        var series = Series("FREQ=WEEKLY", "1997-09-02T09:00", NewYork);
        Assert.Null(series.Next(Instant.FromUtc(9998, 12, 31, 0, 0)));
        Assert.Null(series.Next(Instant.MaxValue));
        Assert.Equal(Instant.FromUtc(1997, 9, 2, 13, 0), series.Next(Instant.FromUtc(1900, 1, 1, 0, 0)));
    }

    internal static RecurrenceSeries Series(string rule, string start, string zone)
    {
        var local = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(start).Value;
        var timeZone = DateTimeZoneProviders.Tzdb[zone];
        return new RecurrenceSeries(RecurrenceRule.Parse(rule), local.InZoneStrictly(timeZone).ToInstant(), timeZone);
    }

    private static LocalDateTime Local(Instant instant, string zone) => instant.InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime;
}

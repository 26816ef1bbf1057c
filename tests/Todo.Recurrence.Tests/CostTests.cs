using NodaTime;
using Todo.Recurrence;

namespace Todo.Recurrence.Tests;

/// <summary>The cost of the next occurrence in periods that are looked at, which no busy machine changes.</summary>
public sealed class CostTests
{
    /// <summary>The day before (its occurrence may have been pushed on), the day itself, the next, and one that an interval leaves out; leap days are up to eight years apart.</summary>
    [Theory]
    [InlineData("FREQ=DAILY", 4)]
    [InlineData("FREQ=DAILY;INTERVAL=3;UNTIL=29991231", 4)]
    [InlineData("FREQ=DAILY;COUNT=100000", 4)]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR", 4)]
    [InlineData("FREQ=MONTHLY;BYDAY=-1FR", 4)]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=31", 4)]
    [InlineData("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", 4)]
    [InlineData("FREQ=YEARLY", 4)]
    [InlineData("FREQ=YEARLY;BYWEEKNO=1,-1;BYDAY=SU", 4)]
    [InlineData("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", 10)]
    public void Next_looks_at_no_more_periods_a_century_later(string rule, int atMost)
    {
        var start = Instant.FromUtc(2000, 1, 3, 8, 0);
        var series = new RecurrenceSeries(RecurrenceRule.Parse(rule), start, DateTimeZoneProviders.Tzdb["Europe/Berlin"]);
        foreach (var years in (int[])[0, 1, 10, 26, 100, 150])
        {
            var looked = 0;
            Assert.NotNull(series.Next(start + Duration.FromDays(365 * years), ref looked));
            Assert.InRange(looked, 1, atMost);
        }
    }

    [Fact]
    public void A_series_without_dates_is_known_after_one_turn_of_the_calendar()
    {
        // The start decides: with seven days' interval the weekday of every period is that of the start, a Tuesday.
        foreach (var (rule, periods) in ((string, int)[])[("FREQ=DAILY;INTERVAL=7;BYDAY=MO", 146_097 / 7), ("FREQ=MONTHLY;INTERVAL=12;BYMONTH=3", 400), ("FREQ=YEARLY;INTERVAL=4;BYYEARDAY=366", 100)])
        {
            var looked = 0;
            var series = new RecurrenceSeries(RecurrenceRule.Parse(rule), new LocalDateTime(1997, 9, 2, 9, 0), DateTimeZone.Utc);
            Assert.Null(series.Next(Instant.MinValue, ref looked));
            Assert.InRange(looked, 1, periods + 1);
            Assert.Empty(series.Occurrences());
        }
    }

    [Fact]
    public void A_rare_date_is_found_however_far_it_is()
    {
        // Every 28 years, but for 2100, which has no 29 February.
        var series = new RecurrenceSeries(RecurrenceRule.Parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO"), new LocalDateTime(2061, 1, 1, 9, 0), DateTimeZone.Utc);
        Assert.Equal([2072, 2112, 2140], series.Occurrences().Take(3).Select(x => x.InUtc().Year));
    }
}

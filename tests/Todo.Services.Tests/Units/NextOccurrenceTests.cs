using Todo.Contracts.Payloads;
using Todo.Messaging.Consuming;
using Todo.RecurringTask.Series;

namespace Todo.Services.Tests.Units;

public sealed class NextOccurrenceTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero); // a Monday

    [Theory]
    [InlineData("FREQ=DAILY", 0, 0, "2026-03-03T08:00")] // completed early: the next one, not the same
    [InlineData("FREQ=DAILY", 0, 30, "2026-03-04T08:00")] // completed a day late: the next in the future
    [InlineData("FREQ=DAILY;INTERVAL=3", 0, 100, "2026-03-08T08:00")] // the phase is that of the series
    [InlineData("FREQ=WEEKLY;BYDAY=MO,FR", 4, 97, "2026-03-09T08:00")]
    [InlineData("FREQ=DAILY;COUNT=3", 1, 24, "2026-03-04T08:00")]
    [InlineData("FREQ=DAILY;COUNT=3", 2, 48, null)]
    [InlineData("FREQ=DAILY;COUNT=1", 0, 0, null)]
    [InlineData("FREQ=DAILY;UNTIL=20260303", 1, 24, null)]
    [InlineData("FREQ=WEEKLY;BYDAY=TU;COUNT=2", 0, 0, "2026-03-03T08:00")] // the start does not match, and counts as the first
    [InlineData("FREQ=WEEKLY;BYDAY=TU;COUNT=2", 1, 24, null)]
    [InlineData("FREQ=WEEKLY;BYDAY=TU;COUNT=1", 0, 0, null)]
    [InlineData(null, 0, 0, null)]
    public void The_next_one_is_counted_from_the_start_of_the_series(string? rule, int occurrenceDay, int nowHours, string? expected)
    {
        var next = NextOccurrence.Of(Completed(rule, Start.AddDays(occurrenceDay)), "UTC", Start.AddHours(nowHours));
        Assert.Equal(expected, next?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm", null));
    }

    [Fact]
    public void The_clock_is_that_of_the_users_zone_and_an_unknown_zone_is_UTC()
    {
        var spring = new DateTimeOffset(2026, 3, 28, 8, 0, 0, TimeSpan.Zero);
        var task = Completed("FREQ=DAILY", spring) with { SeriesStart = spring };
        Assert.Equal(spring.AddHours(23), NextOccurrence.Of(task, "Europe/Berlin", spring));
        Assert.Equal(spring.AddHours(24), NextOccurrence.Of(task, "Middle/Earth", spring));
    }

    [Fact]
    public void A_rule_that_cannot_be_read_is_poison() =>
        Assert.Throws<PoisonEventException>(() => NextOccurrence.Of(Completed("FREQ=HOURLY", Start), "UTC", Start));

    private static TaskSnapshot Completed(string? rule, DateTimeOffset occurrence) => new(
        1, "u", "t", null, "low", true, Start, occurrence, rule, rule is null ? null : Guid.Empty, rule is null ? null : Start, rule is null ? null : occurrence, 2, Start, Start);
}

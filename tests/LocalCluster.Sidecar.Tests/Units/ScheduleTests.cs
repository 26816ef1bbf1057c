using LocalCluster.Sidecar.Scheduler;
using LocalCluster.Sidecar.Scheduler.Schedules;

namespace LocalCluster.Sidecar.Tests.Units;

public sealed class ScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 17, 52, 37, TimeSpan.Zero);
    private static readonly JobKey Key = new("", "app", "job");

    [Theory]
    [InlineData("*/5 * * * * *", "2026-11-21T17:52:40Z")]
    [InlineData("0 30 4 * * *", "2026-11-22T04:30:00Z")]
    [InlineData("0 0 0 1 1 *", "2027-01-01T00:00:00Z")]
    [InlineData("0 0 12 * * MON-FRI", "2026-11-23T12:00:00Z")]
    [InlineData("0 0 12 29 FEB ?", "2028-02-29T12:00:00Z")]
    [InlineData("0 0 12 1 * SUN", "2026-11-22T12:00:00Z")]
    [InlineData("0 15,45 10-12/2 * * 7", "2026-11-22T10:15:00Z")]
    [InlineData("@daily", "2026-11-22T00:00:00Z")]
    [InlineData("@every 1h30m", "2026-11-21T19:22:37Z")]
    [InlineData("CRON_TZ=Europe/Berlin 0 0 9 * * *", "2026-11-22T08:00:00Z")]
    public void The_next_firing(string schedule, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, null), ScheduleText.Parse(schedule).Next(Start));

    [Theory]
    [InlineData("*/5 * * * *")]
    [InlineData("0 60 * * * *")]
    [InlineData("@every")]
    [InlineData("@every -1s")]
    [InlineData("CRON_TZ=UTC @every 5s")]
    [InlineData("often")]
    public void Not_a_schedule(string schedule) => Assert.Throws<FormatException>(() => ScheduleText.Parse(schedule));

    [Fact]
    public void Missed_ticks_follow_one_after_another_none_is_left_out()
    {
        var job = Job.Create(Key, new JobDefinition("@every 5s", null, null, null, null, null), Start);
        for (var n = 1; n <= 720; n++)
        {
            var tick = job.NextTick();
            Assert.Equal(Start.AddSeconds(5 * n), tick);
            job = job.After(tick!.Value);
        }
    }

    [Fact]
    public void A_due_time_is_the_first_firing_and_repeats_count_it()
    {
        var job = Job.Create(Key, new JobDefinition("@every 5s", "0s", 2, null, null, null), Start);
        Assert.Equal(Start, job.NextTick());
        job = job.After(Start);
        Assert.Equal(Start.AddSeconds(5), job.NextTick());
        Assert.Null(job.After(Start.AddSeconds(5)).NextTick());
    }

    [Theory]
    [InlineData("2026-11-21T18:00:00Z", "2026-11-21T18:00:00Z")]
    [InlineData("90s", "2026-11-21T17:54:07Z")]
    [InlineData("PT1H", "2026-11-21T18:52:37Z")]
    public void A_one_shot_fires_once_at_its_due_time(string due, string expected)
    {
        var job = Job.Create(Key, new JobDefinition(null, due, null, null, null, null), Start);
        Assert.Equal(DateTimeOffset.Parse(expected, null), job.NextTick());
        Assert.Null(job.After(job.NextTick()!.Value).NextTick());
    }

    [Fact]
    public void The_time_to_live_ends_a_job()
    {
        var job = Job.Create(Key, new JobDefinition("@every 10s", null, null, "25s", null, null), Start);
        job = job.After(job.NextTick()!.Value);
        job = job.After(job.NextTick()!.Value);
        Assert.Null(job.NextTick());
    }

    [Fact]
    public void The_default_failure_policy_is_three_retries_after_a_second()
    {
        Assert.Equal(TimeSpan.FromSeconds(1), FailurePolicy.Default.PauseAfter(3));
        Assert.Null(FailurePolicy.Default.PauseAfter(4));
        Assert.Null(new FailurePolicy(true, default, 0).PauseAfter(1));
        Assert.NotNull(new FailurePolicy(false, TimeSpan.Zero, null).PauseAfter(1000));
    }
}

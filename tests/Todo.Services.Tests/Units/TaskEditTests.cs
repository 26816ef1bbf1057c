using Todo.Backend.Tasks;
using Todo.Notification.Reminders;

namespace Todo.Services.Tests.Units;

public sealed class TaskEditTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 18, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_new_task_with_a_rule_begins_a_series_at_its_due_date()
    {
        var task = TaskEdit.New("u", new TaskInput { Title = "t", DueAt = Now.AddDays(1), RecurrenceRule = "FREQ=DAILY" }, Now);
        Assert.NotNull(task.SeriesId);
        Assert.Equal((Now.AddDays(1), Now.AddDays(1)), (task.SeriesStart, task.Occurrence));
        Assert.Equal(Now, TaskEdit.New("u", new TaskInput { Title = "t", RecurrenceRule = "FREQ=DAILY" }, Now).SeriesStart);
        Assert.Null(TaskEdit.New("u", new TaskInput { Title = "t", DueAt = Now }, Now).SeriesId);
    }

    [Fact]
    public void A_moved_due_date_stays_in_its_series_and_another_rule_begins_a_new_one()
    {
        var task = TaskEdit.New("u", new TaskInput { Title = "t", DueAt = Now, RecurrenceRule = "FREQ=DAILY" }, Now);
        var moved = TaskEdit.Apply(task, new TaskInput { DueAt = Now.AddHours(3) });
        Assert.Equal((task.SeriesId, task.Occurrence, Now.AddHours(3)), (moved.SeriesId, moved.Occurrence, moved.DueAt));
        Assert.Equal(["dueAt"], TaskEdit.Differences(task, moved));

        var other = TaskEdit.Apply(moved, new TaskInput { RecurrenceRule = "FREQ=WEEKLY" });
        Assert.NotEqual(task.SeriesId, other.SeriesId);
        Assert.Equal(Now.AddHours(3), other.SeriesStart);

        var single = TaskEdit.Apply(moved, new TaskInput { RecurrenceRule = new Field<string>(true, null) });
        Assert.Equal((null, null, null), ((Guid?, DateTimeOffset?, DateTimeOffset?))(single.SeriesId, single.SeriesStart, single.Occurrence));
    }

    [Fact]
    public void Fractions_that_the_database_does_not_keep_are_no_change()
    {
        var task = TaskEdit.New("u", new TaskInput { Title = "t", DueAt = Now.AddTicks(12) }, Now);
        Assert.Empty(TaskEdit.Differences(task, TaskEdit.Apply(task, new TaskInput { DueAt = Now.AddTicks(19) })));
    }

    [Fact]
    public void A_sweep_looks_as_far_back_as_nobody_looked()
    {
        var day = TimeSpan.FromDays(1);
        Assert.Equal(day, ReminderSweep.Lookback(Now, null, day));
        Assert.Equal(day, ReminderSweep.Lookback(Now, Now.AddSeconds(-5), day));
        Assert.Equal(TimeSpan.FromDays(3), ReminderSweep.Lookback(Now, Now.AddDays(-3), day));
    }
}

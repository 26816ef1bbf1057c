using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>From a completion over Kafka to the next task.</summary>
[Collection(nameof(Platform))]
public sealed class RecurrenceTests(Platform platform)
{
    private static readonly DateTimeOffset Tomorrow = new(DateTime.UtcNow.Date.AddDays(1).AddHours(9), TimeSpan.Zero);

    [Fact]
    public async Task Completing_a_daily_task_creates_the_next_occurrence_exactly_once()
    {
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "Water the plants", priority = "high", description = "All of them", dueAt = Tomorrow, recurrenceRule = "FREQ=DAILY" });

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => user.CompleteAsync(task.Id)));

        var next = Assert.Single(await SeriesAsync(user, task, 2), t => t.Id != task.Id);
        Assert.Equal(Tomorrow.AddDays(1), next.DueAt);
        Assert.Equal(Tomorrow.AddDays(1), next.Occurrence);
        Assert.Equal(("Water the plants", "high", "All of them", false), (next.Title, next.Priority, next.Description, next.Completed));

        // Opened and completed again: its successor is there, and stays the only one.
        await user.ReopenAsync(task.Id);
        await user.CompleteAsync(task.Id);
        await AllHandledAsync();
        Assert.Equal(2, (await SeriesAsync(user, task, 2)).Count);
        Assert.Equal(2, await platform.QueryAsync<long>("select count(*) from messaging.outbox where type = 'io.todo.task.completed.v1' and key = $1", $"{task.Id}"));
    }

    [Fact]
    public async Task A_series_with_COUNT_3_has_exactly_3_tasks()
    {
        var user = platform.NewUser();
        var first = await user.CreateAsync(new { title = "Pills", dueAt = Tomorrow, recurrenceRule = "FREQ=DAILY;COUNT=3" });
        await user.CompleteAsync(first.Id);
        var second = (await SeriesAsync(user, first, 2))[0];
        await user.CompleteAsync(second.Id);
        var third = (await SeriesAsync(user, first, 3))[0];
        await user.CompleteAsync(third.Id);
        await AllHandledAsync();

        Assert.Equal([Tomorrow.AddDays(2), Tomorrow.AddDays(1), Tomorrow], (await SeriesAsync(user, first, 3)).Select(t => t.DueAt!.Value));
    }

    [Fact]
    public async Task A_late_completion_yields_the_next_future_occurrence_of_the_same_weekday_and_time()
    {
        var user = platform.NewUser("Europe/Berlin");
        var longAgo = Tomorrow.AddDays(-100);
        var task = await user.CreateAsync(new { title = "Bins", dueAt = longAgo, recurrenceRule = "FREQ=WEEKLY" });
        await user.CompleteAsync(task.Id);

        var next = (await SeriesAsync(user, task, 2))[0].DueAt!.Value;
        Assert.InRange(next, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(8));
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var (before, after) = (TimeZoneInfo.ConvertTime(longAgo, zone), TimeZoneInfo.ConvertTime(next, zone));
        Assert.Equal((before.DayOfWeek, before.TimeOfDay), (after.DayOfWeek, after.TimeOfDay));
    }

    [Fact]
    public async Task A_series_with_UNTIL_ends_there()
    {
        var user = platform.NewUser();
        var first = await user.CreateAsync(new { title = "Course", dueAt = Tomorrow, recurrenceRule = $"FREQ=DAILY;UNTIL={Tomorrow.AddDays(1):yyyyMMdd'T'HHmmss'Z'}" });
        await user.CompleteAsync(first.Id);
        var second = (await SeriesAsync(user, first, 2))[0];
        await user.CompleteAsync(second.Id);
        await AllHandledAsync();

        Assert.Equal([Tomorrow.AddDays(1), Tomorrow], (await SeriesAsync(user, first, 2)).Select(t => t.DueAt!.Value));
    }

    [Fact]
    public async Task The_next_task_has_the_category_and_the_tags_of_the_completed_one()
    {
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "Report", dueAt = Tomorrow, recurrenceRule = "FREQ=DAILY" });
        var category = await platform.QueryAsync<long>("insert into categories (user_id, name) values ($1, 'Work') returning id", user.UserId);
        await platform.QueryAsync<int>("update tasks set category_id = $1 where id = $2", category, task.Id);
        await platform.QueryAsync<int>("""
            with named as (insert into tags (user_id, name) values ($1, 'urgent'), ($1, 'monthly') returning id)
            insert into task_tags (user_id, task_id, tag_id) select $1, $2, id from named
            """, user.UserId, task.Id);
        await user.CompleteAsync(task.Id);

        var next = Assert.Single(await SeriesAsync(user, task, 2), t => t.Id != task.Id);
        Assert.Equal(category, await platform.QueryAsync<long>("select category_id from tasks where id = $1", next.Id));
        Assert.Equal("monthly urgent", await platform.QueryAsync<string>(
            "select string_agg(t.name, ' ' order by t.name) from task_tags x join tags t on t.id = x.tag_id where x.task_id = $1", next.Id));
        // Its event says so too.
        Assert.Equal((category, 2), (
            await platform.QueryAsync<long>("select (data->'task'->>'categoryId')::bigint from messaging.outbox where key = $1", $"{next.Id}"),
            await platform.QueryAsync<int>("select json_array_length(data->'task'->'tagIds') from messaging.outbox where key = $1", $"{next.Id}")));
    }

    [Fact]
    public async Task A_task_without_a_rule_has_no_successor()
    {
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "Once", dueAt = Tomorrow });
        await user.CompleteAsync(task.Id);
        await AllHandledAsync();
        Assert.Single(await user.ListAsync());
    }

    private static Task<List<TaskView>> SeriesAsync(ApiClient user, TaskView task, int count) => Eventually.SeeAsync(
        $"{count} tasks of the series",
        async () => (await user.ListAsync()).Where(t => t.SeriesId == task.SeriesId).ToList(),
        tasks => tasks.Count >= count);

    private Task<long> AllHandledAsync() => Eventually.SeeAsync(
        "every completion handled",
        () => platform.QueryAsync<long>("select count(*) from messaging.deliveries where state = 'open' and consumer = 'recurring-task-service'"),
        open => open == 0);
}

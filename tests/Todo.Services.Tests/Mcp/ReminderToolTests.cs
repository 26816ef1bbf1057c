using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Mcp;

/// <summary>set_reminder: the row, the event, and what is refused. That it is mailed at its moment: SetReminderTests.</summary>
public sealed class ReminderToolTests(Platform platform) : ToolTests(platform, "Europe/Berlin")
{
    [Fact]
    public async Task A_reminder_before_the_due_date_is_stored_published_and_moves_with_it()
    {
        var task = await AddAsync(new { title = "Train", due_date = "2030-01-01T08:00:00Z" });
        var answer = await Mcp.CallAsync("set_reminder", new { task_id = task, remind_before_minutes = 90 });
        Assert.True((bool)answer["success"]!);
        Assert.Equal((task, "2030-01-01T06:30:00Z"), ((long)answer["task_id"]!, (string)answer["remind_at"]!));
        Assert.Contains("2030-01-01T06:30:00Z", (string)answer["message"]!, StringComparison.Ordinal);
        Assert.Equal("90 2030-01-01 06:30:00", await RowAsync(task));
        Assert.Equal(
            $$"""{"taskId": {{task}}, "userId": "{{User.UserId}}", "remindAt": "2030-01-01T06:30:00+00:00", "minutesBefore": 90}""",
            await Platform.QueryAsync<string>("select data::jsonb::text from messaging.outbox where key = $1 and topic = 'task-events' and type = 'io.todo.reminder.set.v1'", $"{task}"));

        // Again: one reminder, one event.
        await Mcp.CallAsync("set_reminder", new { task_id = task, remind_before_minutes = 90 });
        Assert.Equal(1, await Platform.QueryAsync<long>("select count(*) from messaging.outbox where key = $1 and type = 'io.todo.reminder.set.v1'", $"{task}"));

        await Mcp.CallAsync("update_task", new { task_id = task, due_date = "2030-02-01T08:00:00Z" });
        Assert.Equal("90 2030-02-01 06:30:00", await RowAsync(task));
        await Mcp.CallAsync("update_task", new { task_id = task, due_date = "" });
        Assert.Equal("90", await RowAsync(task));
    }

    [Fact]
    public async Task A_reminder_at_a_time_needs_no_due_date_and_stays_where_it_is()
    {
        var task = await AddAsync(new { title = "Call" });
        Assert.Equal("2030-01-01T07:00:00Z", (string)(await Mcp.CallAsync("set_reminder", new { task_id = task, remind_at = "2030-01-01T08:00:00+01:00" }))["remind_at"]!);
        await Mcp.CallAsync("update_task", new { task_id = task, due_date = "2031-01-01T08:00:00Z" });
        Assert.Equal("2030-01-01 07:00:00", await RowAsync(task));
        await Mcp.CallAsync("delete_task", new { task_id = task });
        Assert.Null(await RowAsync(task));
    }

    [Fact]
    public async Task What_cannot_be_reminded_of_is_refused_with_the_reason()
    {
        var undated = await AddAsync(new { title = "No date" });
        var soon = await AddAsync(new { title = "Soon", due_date = DateTime.UtcNow.AddMinutes(5).ToString("O") });
        var done = await AddAsync(new { title = "Done", due_date = "2030-01-01T08:00:00Z" });
        await Mcp.CallAsync("complete_task", new { task_id = done });
        await RefusedAsync(new { task_id = undated, remind_before_minutes = 5 }, "remind_before_minutes", "no due date");
        await RefusedAsync(new { task_id = soon, remind_before_minutes = 10 }, "remind_before_minutes", "past");
        await RefusedAsync(new { task_id = soon, remind_at = "2020-01-01T08:00:00Z" }, "remind_at", "past");
        await RefusedAsync(new { task_id = soon, remind_at = "soon" }, "remind_at", "2026-11-22T08:00:00Z");
        await RefusedAsync(new { task_id = soon, remind_before_minutes = 0 }, "remind_before_minutes", "From 1 to 525600");
        await RefusedAsync(new { task_id = done, remind_before_minutes = 5 }, "remind_before_minutes", "completed");
        Assert.Contains("exactly one", (string)(await Mcp.FailAsync("set_reminder", new { task_id = soon }))["message"]!, StringComparison.Ordinal);
        Assert.Contains("exactly one", (string)(await Mcp.FailAsync("set_reminder", new { task_id = soon, remind_before_minutes = 1, remind_at = "2030-01-01T08:00:00Z" }))["message"]!, StringComparison.Ordinal);
        Assert.Equal("TASK_NOT_FOUND", (string)(await Mcp.FailAsync("set_reminder", new { task_id = 999_999_999, remind_before_minutes = 1 }))["code"]!);
        Assert.Equal(0, await Platform.QueryAsync<long>("select count(*) from reminders where task_id in ($1, $2, $3)", undated, soon, done));
    }

    [Fact]
    public async Task A_task_has_ten_reminders_at_most()
    {
        var task = await AddAsync(new { title = "Exam", due_date = "2030-01-01T08:00:00Z" });
        for (var minutes = 1; minutes <= 10; minutes++)
        {
            await Mcp.CallAsync("set_reminder", new { task_id = task, remind_before_minutes = minutes });
        }

        Assert.Equal("LIMIT_REACHED", (string)(await Mcp.FailAsync("set_reminder", new { task_id = task, remind_before_minutes = 11 }))["code"]!);
    }

    private async Task RefusedAsync(object arguments, string argument, string reason)
    {
        var error = await Mcp.FailAsync("set_reminder", arguments);
        Assert.Contains(reason, (string)error["details"]!["arguments"]![argument]!, StringComparison.Ordinal);
    }

    private async Task<long> AddAsync(object task) => (long)(await Mcp.CallAsync("add_task", task))["task_id"]!;

    private Task<string?> RowAsync(long task) => Platform.QueryAsync<string>("select concat_ws(' ', minutes_before, remind_at at time zone 'UTC') from reminders where task_id = $1", task);
}

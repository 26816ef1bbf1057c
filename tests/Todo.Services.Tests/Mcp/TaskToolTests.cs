using System.Text.Json.Nodes;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Mcp;

/// <summary>The tools that change tasks: what is in the tables and in the outbox after a call.</summary>
public sealed class TaskToolTests(Platform platform) : ToolTests(platform, "Europe/Berlin")
{
    private static readonly long[] Nobodys = [999_999_999];

    [Fact]
    public async Task Add_task_creates_a_task_and_publishes_it()
    {
        var task = await Mcp.CallAsync("add_task", new
        {
            title = "  Water the plants ", description = "All of them", priority = "HIGH", due_date = "2030-05-06T10:00:00+02:00", recurrence_rule = "every monday",
        });
        Assert.Equal(
            ("created", "Water the plants", "high", false, "2030-05-06T08:00:00Z", "FREQ=WEEKLY;BYDAY=MO"),
            ((string)task["status"]!, (string)task["title"]!, (string)task["priority"]!, (bool)task["completed"]!, (string)task["due_date"]!, (string)task["recurrence_rule"]!));
        Assert.Equal(
            $"{User.UserId}|Water the plants|All of them|high|f|2030-05-06 08:00:00|FREQ=WEEKLY;BYDAY=MO",
            await Platform.QueryAsync<string>(
                "select concat_ws('|', user_id, title, description, priority, completed, due_at at time zone 'UTC', recurrence_rule) from tasks where id = $1", (long)task["task_id"]!));
        Assert.Equal(["task.created"], await EventsAsync(task));
        Assert.Equal("[]", task["tags"]!.ToJsonString());
        Assert.Null(task["category"]);
    }

    [Fact]
    public async Task A_new_task_has_its_category_and_tags_from_the_start()
    {
        var category = await Mcp.CallAsync("create_category", new { name = "Home", color = "#00FF7f" });
        var tag = await Mcp.CallAsync("create_tag", new { name = "garden" });
        var (categoryId, tagId) = ((long)category["category_id"]!, (long)tag["tag_id"]!);
        var task = await Mcp.CallAsync("add_task", new { title = "Mow", category_id = categoryId, tag_ids = new[] { tagId, tagId } });
        Assert.Equal($$"""{"id":{{categoryId}},"name":"Home","color":"#00ff7f"}""", task["category"]!.ToJsonString());
        Assert.Equal($$"""[{"id":{{tagId}},"name":"garden","color":null}]""", task["tags"]!.ToJsonString());
        Assert.Equal(
            $"{categoryId} [{tagId}]",
            await Platform.QueryAsync<string>("select concat_ws(' ', data -> 'task' ->> 'categoryId', data -> 'task' ->> 'tagIds') from messaging.outbox where key = $1", $"{Id(task)}"));
        Assert.Null((await Mcp.CallAsync("update_task", new { task_id = Id(task), category_id = 0 }))["category"]);
        Assert.True(await Platform.QueryAsync<bool>("select category_id is null from tasks where id = $1", Id(task)));
    }

    [Fact]
    public async Task A_tag_or_category_that_is_not_there_leaves_no_task_behind()
    {
        Assert.Equal("TAG_NOT_FOUND", (string)(await Mcp.FailAsync("add_task", new { title = "x", tag_ids = Nobodys }))["code"]!);
        Assert.Equal("CATEGORY_NOT_FOUND", (string)(await Mcp.FailAsync("add_task", new { title = "x", category_id = 999_999_999 }))["code"]!);
        Assert.Equal(0, await Platform.QueryAsync<long>("select count(*) from tasks where user_id = $1", User.UserId));
        Assert.Equal(0, await Platform.QueryAsync<long>("select count(*) from messaging.outbox where data -> 'task' ->> 'userId' = $1", User.UserId));
    }

    [Fact]
    public async Task A_date_alone_is_the_end_of_that_day_for_the_user()
    {
        var task = await Mcp.CallAsync("add_task", new { title = "Tax", due_date = "2030-01-31" });
        Assert.Equal("2030-01-31T22:59:59Z", (string)task["due_date"]!);
        Assert.Equal("2030-07-01T21:59:59Z", (string)(await Mcp.CallAsync("update_task", new { task_id = Id(task), due_date = "2030-07-01" }))["due_date"]!);
        Assert.Equal("2030-07-01T00:00:00Z", (string)(await Mcp.CallAsync("update_task", new { task_id = Id(task), due_date = "2030-07-01T00:00:00Z" }))["due_date"]!);
    }

    [Fact]
    public async Task Two_equal_titles_are_two_tasks()
    {
        var first = await Mcp.CallAsync("add_task", new { title = "Same" });
        var second = await Mcp.CallAsync("add_task", new { title = "Same", description = "Not the same" });
        Assert.NotEqual(Id(first), Id(second));
        Assert.Equal(2, (await User.ListAsync()).Count);
    }

    [Fact]
    public async Task Update_task_changes_what_is_given_and_clears_what_is_empty()
    {
        var task = await Mcp.CallAsync("add_task", new { title = "Call", description = "Ask", due_date = "2030-01-01T08:00:00Z", recurrence_rule = "daily" });
        var renamed = await Mcp.CallAsync("update_task", new { task_id = Id(task), title = "Call Ann", priority = "urgent", description = (string?)null });
        Assert.Equal(("updated", "Call Ann", "Ask", "urgent"), ((string)renamed["status"]!, (string)renamed["title"]!, (string)renamed["description"]!, (string)renamed["priority"]!));

        var cleared = await Mcp.CallAsync("update_task", new { task_id = Id(task), description = "", due_date = "", recurrence_rule = "" });
        Assert.All(["description", "due_date", "recurrence_rule"], name => Assert.Null(cleared[name]));
        Assert.True(await Platform.QueryAsync<bool>("select num_nulls(description, due_at, recurrence_rule, series_id) = 4 from tasks where id = $1", Id(task)));
        await Mcp.CallAsync("update_task", new { task_id = Id(task), title = "Call Ann" });
        Assert.Equal(["task.created", "task.updated", "task.updated"], await EventsAsync(task));
    }

    [Fact]
    public async Task Update_task_completes_and_opens_again()
    {
        var task = await Mcp.CallAsync("add_task", new { title = "Run" });
        var done = await Mcp.CallAsync("update_task", new { task_id = Id(task), completed = true, title = "Run far" });
        Assert.True((bool)done["completed"]!);
        Assert.Equal("Run far", (string)done["title"]!);
        Assert.False((bool)(await Mcp.CallAsync("update_task", new { task_id = Id(task), completed = false }))["completed"]!);
        Assert.Equal(["task.created", "task.updated", "task.completed", "task.updated"], await EventsAsync(task));
        Assert.False(await Platform.QueryAsync<bool>("select completed from tasks where id = $1", Id(task)));
    }

    [Fact]
    public async Task Complete_task_publishes_once_however_often_it_is_called()
    {
        var task = await Mcp.CallAsync("add_task", new { title = "Once" });
        var done = await Mcp.CallAsync("complete_task", new { task_id = Id(task) });
        Assert.Equal(("completed", true), ((string)done["status"]!, (bool)done["completed"]!));
        await Mcp.CallAsync("complete_task", new { task_id = Id(task) });
        Assert.Equal(["task.created", "task.completed"], await EventsAsync(task));
    }

    [Fact]
    public async Task Delete_task_deletes_and_publishes()
    {
        var task = await Mcp.CallAsync("add_task", new { title = "Gone" });
        var deleted = await Mcp.CallAsync("delete_task", new { task_id = Id(task) });
        Assert.Equal($$"""{"status":"deleted","task_id":{{Id(task)}},"title":"Gone"}""", deleted.ToJsonString());
        Assert.Equal(0, await Platform.QueryAsync<long>("select count(*) from tasks where id = $1", Id(task)));
        Assert.Equal(["task.created", "task.deleted"], await EventsAsync(task));
        Assert.Equal("TASK_NOT_FOUND", (string)(await Mcp.FailAsync("delete_task", new { task_id = Id(task) }))["code"]!);
    }

    [Fact]
    public async Task A_task_that_is_not_there_is_answered_with_those_that_are()
    {
        var ids = new List<long>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add(Id(await Mcp.CallAsync("add_task", new { title = $"Task {i}" })));
        }

        ids.Reverse();
        var error = await Mcp.FailAsync("complete_task", new { task_id = 999_999_999 });
        Assert.Equal(("error", "TASK_NOT_FOUND", 999_999_999), ((string)error["status"]!, (string)error["code"]!, (int)error["details"]!["requested_task_id"]!));
        Assert.Equal(ids.Take(5), error["details"]!["suggestions"]!.AsArray().Select(s => (long)s!["id"]!));
        Assert.Contains("Task 5", (string)error["message"]!, StringComparison.Ordinal);
    }

    private static long Id(JsonObject task) => (long)task["task_id"]!;

    /// <summary>The types of what was published of a task, in order.</summary>
    private async Task<string[]> EventsAsync(JsonObject task) => (await Platform.QueryAsync<string>(
        "select string_agg(regexp_replace(type, '^io\\.todo\\.|\\.v1$', '', 'g'), ' ' order by version) from messaging.outbox where key = $1", $"{Id(task)}"))!.Split(' ');
}

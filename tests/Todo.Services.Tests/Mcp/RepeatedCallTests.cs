using System.Text.Json.Nodes;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Mcp;

/// <summary>Calls that are sent again because no answer came: with a key they change nothing twice.</summary>
public sealed class RepeatedCallTests(Platform platform) : ToolTests(platform)
{
    [Fact]
    public async Task With_the_same_key_a_call_has_one_effect_and_the_same_answer_however_often_and_at_once()
    {
        var calls = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Mcp.SendAsync("add_task", new { title = "Milk", priority = "high" }, "key-1")));
        Assert.All(calls, call => Assert.NotEqual(true, call.IsError));
        Assert.Single(calls.Select(call => call.StructuredContent!.Value.GetRawText()).Distinct());
        Assert.Equal(5, calls.Count(call => (bool?)call.Meta?["io.todo/idempotency-replayed"] == true));
        var task = Assert.Single(await User.ListAsync());
        Assert.Equal(1, await Platform.QueryAsync<long>("select count(*) from messaging.outbox where key = $1", $"{task.Id}"));

        // The answer of then, whatever became of the task.
        await Mcp.CallAsync("complete_task", new { task_id = task.Id });
        var late = await Mcp.SendAsync("add_task", new { priority = "high", title = "Milk" }, "key-1");
        Assert.False(late.StructuredContent!.Value.GetProperty("completed").GetBoolean());
    }

    [Fact]
    public async Task Every_tool_that_changes_something_may_be_repeated()
    {
        var category = Id(await TwiceAsync("create_category", new { name = "Home" }), "category_id");
        var tag = Id(await TwiceAsync("create_tag", new { name = "garden" }), "tag_id");
        var task = Id(await TwiceAsync("add_task", new { title = "Mow", due_date = "2031-01-01T08:00:00Z", category_id = category }), "task_id");
        await TwiceAsync("add_tag_to_task", new { task_id = task, tag_id = tag });
        await TwiceAsync("set_reminder", new { task_id = task, remind_before_minutes = 5 });
        await TwiceAsync("update_task", new { task_id = task, title = "Mow the lawn" });
        await TwiceAsync("update_category", new { category_id = category, name = "House" });
        await TwiceAsync("update_tag", new { tag_id = tag, name = "outside" });
        await TwiceAsync("remove_tag_from_task", new { task_id = task, tag_id = tag });
        await TwiceAsync("complete_task", new { task_id = task });
        await TwiceAsync("delete_task", new { task_id = task });
        await TwiceAsync("delete_tag", new { tag_id = tag });
        await TwiceAsync("delete_category", new { category_id = category });
    }

    [Fact]
    public async Task A_key_stands_for_one_operation_and_only_a_success_is_remembered()
    {
        await Mcp.SendAsync("create_tag", new { name = "one" }, "key-2");
        foreach (var (tool, arguments) in new (string, object)[] { ("create_tag", new { name = "two" }), ("create_category", new { name = "one" }) })
        {
            Assert.Contains("used for another call", await ErrorAsync(tool, arguments, "key-2"), StringComparison.Ordinal);
        }

        Assert.Contains("TASK_NOT_FOUND", await ErrorAsync("complete_task", new { task_id = 999_999_999 }, "key-3"), StringComparison.Ordinal);
        Assert.Contains("NAME_TAKEN", await ErrorAsync("create_tag", new { name = "one" }, "key-3"), StringComparison.Ordinal);
        Assert.NotEqual(true, (await Mcp.SendAsync("create_tag", new { name = "three" }, "key-3")).IsError);
        Assert.Contains("1 to 200 visible ASCII characters", await ErrorAsync("create_tag", new { name = "four" }, "with blanks"), StringComparison.Ordinal);
        Assert.Equal("one three", await Platform.QueryAsync<string>("select string_agg(name, ' ' order by name) from tags where user_id = $1", User.UserId));
    }

    [Fact]
    public async Task Keys_are_each_users_own()
    {
        await using var other = await McpUser.ConnectAsync(Platform.Backend, Platform.NewUser());
        var (mine, theirs) = (await Mcp.SendAsync("add_task", new { title = "x" }, "key"), await other.SendAsync("add_task", new { title = "x" }, "key"));
        Assert.NotEqual(mine.StructuredContent!.Value.GetProperty("task_id").GetInt64(), theirs.StructuredContent!.Value.GetProperty("task_id").GetInt64());
    }

    /// <summary>The second time nothing changes, nothing is published, and the answer is that of the first.</summary>
    private async Task<JsonObject> TwiceAsync(string tool, object arguments)
    {
        const string Events = "select count(*) from messaging.outbox where $1 in (data ->> 'userId', data -> 'task' ->> 'userId', data -> 'category' ->> 'userId', data -> 'tag' ->> 'userId')";
        var key = $"twice-{tool}";
        var first = await Mcp.SendAsync(tool, arguments, key);
        Assert.True(first.IsError is not true, $"{tool}: {first.Content[0]}");
        var events = await Platform.QueryAsync<long>(Events, User.UserId);
        var second = await Mcp.SendAsync(tool, arguments, key);
        Assert.Equal(first.StructuredContent!.Value.GetRawText(), second.StructuredContent!.Value.GetRawText());
        Assert.True((bool?)second.Meta?["io.todo/idempotency-replayed"], tool);
        Assert.Equal(events, await Platform.QueryAsync<long>(Events, User.UserId));
        return JsonNode.Parse(first.StructuredContent!.Value.GetRawText())!.AsObject();
    }

    private async Task<string> ErrorAsync(string tool, object arguments, string key)
    {
        var result = await Mcp.SendAsync(tool, arguments, key);
        Assert.True(result.IsError);
        return McpUser.TextOf(result);
    }

    private static long Id(JsonObject result, string name) => (long)result[name]!;
}

using System.Text.Json.Nodes;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Mcp;

/// <summary>The tools for categories and tags: rows and events.</summary>
public sealed class LabelToolTests(Platform platform) : ToolTests(platform)
{
    [Theory]
    [InlineData("category", "categories")]
    [InlineData("tag", "tags")]
    public async Task A_label_lives_from_creation_to_deletion(string kind, string plural)
    {
        var created = await Mcp.CallAsync($"create_{kind}", new { name = "  Work ", color = "#1E90FF" });
        var id = (long)created[$"{kind}_id"]!;
        Assert.Equal(("created", "Work", "#1e90ff"), ((string)created["status"]!, (string)created["name"]!, (string)created["color"]!));
        Assert.Equal($"{User.UserId}|Work|#1e90ff", await RowAsync(plural, id));

        var renamed = await Mcp.CallAsync($"update_{kind}", Arguments($"{kind}_id", id, "name", "Office"));
        Assert.Equal(("updated", "Office", "#1e90ff"), ((string)renamed["status"]!, (string)renamed["name"]!, (string)renamed["color"]!));
        Assert.Null((await Mcp.CallAsync($"update_{kind}", Arguments($"{kind}_id", id, "color", "")))["color"]);
        Assert.Equal($"{User.UserId}|Office", await RowAsync(plural, id));

        await Mcp.CallAsync("add_task", kind == "tag" ? new { title = "x", tag_ids = new[] { id } } : new { title = "x", category_id = id });
        var item = Assert.Single((await Mcp.CallAsync($"list_{plural}", new { }))[plural]!.AsArray())!;
        Assert.Equal((id, "Office", 1L), ((long)item["id"]!, (string)item["name"]!, (long)item["task_count"]!));

        var deleted = await Mcp.CallAsync($"delete_{kind}", Arguments($"{kind}_id", id));
        Assert.Equal($$"""{"status":"deleted","{{kind}}_id":{{id}},"name":"Office","tasks_affected":1}""", deleted.ToJsonString());
        Assert.Null(await RowAsync(plural, id));
        Assert.Empty((await Mcp.CallAsync($"list_{plural}", new { }))[plural]!.AsArray());
        Assert.Single(await User.ListAsync());
        Assert.Equal(
            $"{kind}.created {kind}.updated {kind}.updated {kind}.deleted",
            await Platform.QueryAsync<string>(
                "select string_agg(regexp_replace(type, '^io\\.todo\\.|\\.v1$', '', 'g'), ' ' order by version) from messaging.outbox where key = $1", $"{kind}-{id}"));
        Assert.Equal($"{kind.ToUpperInvariant()}_NOT_FOUND", (string)(await Mcp.FailAsync($"delete_{kind}", Arguments($"{kind}_id", id)))["code"]!);
    }

    [Theory]
    [InlineData("category", 50)]
    [InlineData("tag", 30)]
    public async Task Names_and_colours_are_looked_at(string kind, int longest)
    {
        var first = await Mcp.CallAsync($"create_{kind}", new { name = new string('n', longest) });
        // Whoever creates it twice is told which one there is.
        var taken = await Mcp.FailAsync($"create_{kind}", new { name = new string('n', longest) });
        Assert.Equal(("NAME_TAKEN", (long)first[$"{kind}_id"]!), ((string)taken["code"]!, (long)taken["details"]!["existing"]!["id"]!));
        foreach (var (argument, arguments) in new (string, object)[]
        {
            ("name", new { name = new string('n', longest + 1) }),
            ("name", new { name = " " }),
            ("color", new { name = "x", color = "red" }),
            ("color", new { name = "x", color = "#12345g" }),
        })
        {
            Assert.Equal([argument], (await Mcp.FailAsync($"create_{kind}", arguments))["details"]!["arguments"]!.AsObject().Select(a => a.Key));
        }

        Assert.Equal("INVALID_REQUEST", (string)(await Mcp.FailAsync($"update_{kind}", Arguments($"{kind}_id", 1)))["code"]!);
    }

    [Fact]
    public async Task A_tag_is_stuck_on_a_task_and_taken_off_again()
    {
        var task = (long)(await Mcp.CallAsync("add_task", new { title = "x" }))["task_id"]!;
        var tag = (long)(await Mcp.CallAsync("create_tag", new { name = "red" }))["tag_id"]!;
        var arguments = new { task_id = task, tag_id = tag };
        Assert.Equal($$"""{"status":"added","task_id":{{task}},"tag_id":{{tag}}}""", (await Mcp.CallAsync("add_tag_to_task", arguments)).ToJsonString());
        Assert.Equal("already_assigned", (string)(await Mcp.CallAsync("add_tag_to_task", arguments))["status"]!);
        Assert.Equal(1, await Platform.QueryAsync<long>("select count(*) from task_tags where task_id = $1 and tag_id = $2", task, tag));
        Assert.Equal("removed", (string)(await Mcp.CallAsync("remove_tag_from_task", arguments))["status"]!);
        Assert.Equal("not_assigned", (string)(await Mcp.CallAsync("remove_tag_from_task", arguments))["status"]!);
        Assert.Equal(0, await Platform.QueryAsync<long>("select count(*) from task_tags where task_id = $1", task));
        Assert.Equal("task.created task.updated task.updated", await Platform.QueryAsync<string>(
            "select string_agg(regexp_replace(type, '^io\\.todo\\.|\\.v1$', '', 'g'), ' ' order by version) from messaging.outbox where key = $1", $"{task}"));
        Assert.Equal("TAG_NOT_FOUND", (string)(await Mcp.FailAsync("add_tag_to_task", new { task_id = task, tag_id = 999_999_999 }))["code"]!);
        Assert.Equal("TASK_NOT_FOUND", (string)(await Mcp.FailAsync("add_tag_to_task", new { task_id = 999_999_999, tag_id = tag }))["code"]!);
    }

    [Fact]
    public async Task An_eleventh_tag_is_refused_and_one_of_the_ten_is_not()
    {
        var tags = new List<long>();
        for (var i = 0; i < 11; i++)
        {
            tags.Add((long)(await Mcp.CallAsync("create_tag", new { name = $"tag {i}" }))["tag_id"]!);
        }

        var task = (long)(await Mcp.CallAsync("add_task", new { title = "x", tag_ids = tags.Take(10) }))["task_id"]!;
        Assert.Equal("TOO_MANY_TAGS", (string)(await Mcp.FailAsync("add_tag_to_task", new { task_id = task, tag_id = tags[10] }))["code"]!);
        Assert.Equal("already_assigned", (string)(await Mcp.CallAsync("add_tag_to_task", new { task_id = task, tag_id = tags[0] }))["status"]!);
        Assert.Equal(10, await Platform.QueryAsync<long>("select count(*) from task_tags where task_id = $1", task));
    }

    private static JsonObject Arguments(string idName, long id, string? name = null, string? value = null)
    {
        var arguments = new JsonObject { [idName] = id };
        if (name is not null)
        {
            arguments[name] = value;
        }

        return arguments;
    }

    private Task<string?> RowAsync(string table, long id) => Platform.QueryAsync<string>($"select concat_ws('|', user_id, name, color) from {table} where id = $1", id);
}

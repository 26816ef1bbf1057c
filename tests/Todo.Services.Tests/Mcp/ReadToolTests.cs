using System.Text.Json.Nodes;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Mcp;

/// <summary>The tools that read: what they find, and that they change and publish nothing.</summary>
public sealed class ReadToolTests(Platform platform) : ToolTests(platform, "Europe/Berlin")
{
    [Fact]
    public async Task Get_task_shows_what_add_task_made()
    {
        var added = await Mcp.CallAsync("add_task", new { title = "Read", description = "A book", due_date = "2030-01-01T08:00:00Z", recurrence_rule = "weekly" });
        var events = await CountAsync();
        var shown = await Mcp.CallAsync("get_task", new { task_id = (long)added["task_id"]! });
        Assert.Equal(("success", (long)added["task_id"]!), ((string)shown["status"]!, (long)shown["id"]!));
        foreach (var (name, value) in added.Where(field => field.Key is not "status" and not "task_id"))
        {
            Assert.True(JsonNode.DeepEquals(value, shown[name]), name);
        }

        Assert.Equal(events, await CountAsync());
        Assert.Equal("TASK_NOT_FOUND", (string)(await Mcp.FailAsync("get_task", new { task_id = 999_999_999 }))["code"]!);
    }

    [Fact]
    public async Task List_tasks_filters_and_sorts()
    {
        var category = (long)(await Mcp.CallAsync("create_category", new { name = "c" }))["category_id"]!;
        var tag = (long)(await Mcp.CallAsync("create_tag", new { name = "t" }))["tag_id"]!;
        await AddAsync(new { title = "low", priority = "low", due_date = "2030-03-03T12:00:00Z", tag_ids = new[] { tag } });
        await AddAsync(new { title = "urgent", priority = "urgent", due_date = "2030-03-05T12:00:00Z", category_id = category });
        await AddAsync(new { title = "undated" });
        var done = await AddAsync(new { title = "done", due_date = "2030-03-04T12:00:00Z" });
        await Mcp.CallAsync("complete_task", new { task_id = done });
        var events = await CountAsync();

        Assert.Equal("done undated urgent low", await TitlesAsync(new { }));
        Assert.Equal("undated urgent low", await TitlesAsync(new { status = "pending" }));
        Assert.Equal("done", await TitlesAsync(new { status = "completed" }));
        Assert.Equal("urgent", await TitlesAsync(new { priority = "URGENT" }));
        Assert.Equal("urgent", await TitlesAsync(new { category_id = category }));
        Assert.Equal("low", await TitlesAsync(new { tag_ids = new[] { tag } }));
        Assert.Equal("low done urgent undated", await TitlesAsync(new { sort_by = "due_date" }));
        Assert.Equal("urgent done undated low", await TitlesAsync(new { sort_by = "priority" }));
        // The days are those of Berlin: the 4th begins at 23:00 UTC of the 3rd.
        Assert.Equal("low", await TitlesAsync(new { due_before = "2030-03-04" }));
        Assert.Equal("urgent", await TitlesAsync(new { due_after = "2030-03-04" }));
        Assert.Equal("done", await TitlesAsync(new { due_after = "2030-03-03T12:00:00Z", due_before = "2030-03-05T12:00:00Z" }));
        Assert.Equal(events, await CountAsync());
    }

    [Fact]
    public async Task List_tasks_goes_on_where_the_page_before_ended()
    {
        for (var i = 0; i < 5; i++)
        {
            await AddAsync(new { title = $"{i}" });
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Mcp.CallAsync("list_tasks", new { limit = 2, cursor });
            seen.AddRange(page["tasks"]!.AsArray().Select(task => (string)task!["title"]!));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);

        Assert.Equal(["4", "3", "2", "1", "0"], seen);
        Assert.Equal(["cursor"], (await Mcp.FailAsync("list_tasks", new { cursor = "x" }))["details"]!["arguments"]!.AsObject().Select(a => a.Key));
    }

    [Fact]
    public async Task Search_tasks_finds_words_titles_first_and_everything_when_empty()
    {
        await AddAsync(new { title = "Buy soil", description = "for the plants" });
        await AddAsync(new { title = "Water plants" });
        await AddAsync(new { title = "Taxes" });
        var hits = (await Mcp.CallAsync("search_tasks", new { query = "plant" }))["tasks"]!.AsArray();
        Assert.Equal(["Water plants", "Buy soil"], hits.Select(hit => (string)hit!["title"]!));
        Assert.True((double)hits[0]!["search_rank"]! > (double)hits[1]!["search_rank"]!);
        Assert.Equal(3, (await Mcp.CallAsync("search_tasks", new { query = "" }))["tasks"]!.AsArray().Count);
        Assert.Single((await Mcp.CallAsync("search_tasks", new { query = "", limit = 1 }))["tasks"]!.AsArray());
        Assert.Empty((await Mcp.CallAsync("search_tasks", new { query = "unheard" }))["tasks"]!.AsArray());
    }

    private async Task<long> AddAsync(object task) => (long)(await Mcp.CallAsync("add_task", task))["task_id"]!;

    private async Task<string> TitlesAsync(object arguments) =>
        string.Join(' ', (await Mcp.CallAsync("list_tasks", arguments))["tasks"]!.AsArray().Select(task => (string)task!["title"]!));

    /// <summary>How many events this user's objects have.</summary>
    private Task<long> CountAsync() =>
        Platform.QueryAsync<long>("select count(*) from messaging.outbox where data::text like '%' || $1 || '%'", User.UserId);
}

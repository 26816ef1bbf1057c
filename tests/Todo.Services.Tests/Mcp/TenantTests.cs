using System.Text.Json.Nodes;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Mcp;

/// <summary>
/// Every tool, with another user's numbers. The tools are those that the server lists, so a new one without a case here turns this red.
/// </summary>
[Collection(nameof(Platform))]
public sealed class TenantTests(Platform platform)
{
    private const string TaskNotFound = "TASK_NOT_FOUND";
    private const string CategoryNotFound = "CATEGORY_NOT_FOUND";
    private const string TagNotFound = "TAG_NOT_FOUND";

    /// <summary>Calls with the owner's numbers, and what another user is answered: a code, or nothing where the answer is to be empty of what is the owner's.</summary>
    private static readonly Dictionary<string, Func<Ids, (JsonObject Arguments, string? Code)[]>> Cases = new()
    {
        ["add_task"] = o => [(new() { ["title"] = "x", ["category_id"] = o.Category }, CategoryNotFound), (new() { ["title"] = "x", ["tag_ids"] = new JsonArray(o.Tag) }, TagNotFound)],
        ["list_tasks"] = o =>
            [(new(), null), (new() { ["category_id"] = o.Category }, null), (new() { ["tag_ids"] = new JsonArray(o.Tag) }, null), (new() { ["cursor"] = $"{o.Task + 1}" }, null)],
        ["get_task"] = o => [(new() { ["task_id"] = o.Task }, TaskNotFound)],
        ["update_task"] = o =>
        [
            (new() { ["task_id"] = o.Task, ["title"] = "Mine now" }, TaskNotFound),
            (new() { ["task_id"] = o.Task, ["completed"] = true }, TaskNotFound),
            (new() { ["task_id"] = o.OthersTask, ["category_id"] = o.Category }, CategoryNotFound),
        ],
        ["complete_task"] = o => [(new() { ["task_id"] = o.Task }, TaskNotFound)],
        ["delete_task"] = o => [(new() { ["task_id"] = o.Task }, TaskNotFound)],
        ["create_category"] = _ => [(new() { ["name"] = "Theirs" }, null)],
        ["list_categories"] = _ => [(new(), null)],
        ["update_category"] = o => [(new() { ["category_id"] = o.Category, ["name"] = "Mine now" }, CategoryNotFound)],
        ["delete_category"] = o => [(new() { ["category_id"] = o.Category }, CategoryNotFound)],
        ["create_tag"] = _ => [(new() { ["name"] = "theirs" }, null)],
        ["list_tags"] = _ => [(new(), null)],
        ["update_tag"] = o => [(new() { ["tag_id"] = o.Tag, ["name"] = "Mine now" }, TagNotFound)],
        ["delete_tag"] = o => [(new() { ["tag_id"] = o.Tag }, TagNotFound)],
        ["add_tag_to_task"] = o =>
        [
            (new() { ["task_id"] = o.Task, ["tag_id"] = o.OthersTag }, TaskNotFound),
            (new() { ["task_id"] = o.OthersTask, ["tag_id"] = o.Tag }, TagNotFound),
        ],
        ["remove_tag_from_task"] = o =>
        [
            (new() { ["task_id"] = o.Task, ["tag_id"] = o.Tag }, TaskNotFound),
            (new() { ["task_id"] = o.OthersTask, ["tag_id"] = o.Tag }, TagNotFound),
        ],
        ["search_tasks"] = _ => [(new() { ["query"] = "secret" }, null), (new() { ["query"] = "" }, null)],
        ["set_reminder"] = o => [(new() { ["task_id"] = o.Task, ["remind_before_minutes"] = 5 }, TaskNotFound), (new() { ["task_id"] = o.Task, ["remind_at"] = "2031-01-01T08:00:00Z" }, TaskNotFound)],
    };

    [Fact]
    public async Task No_tool_shows_or_changes_what_is_another_users()
    {
        var (owner, other) = (platform.NewUser(), platform.NewUser());
        await using var owners = await McpUser.ConnectAsync(platform.Backend, owner);
        await using var others = await McpUser.ConnectAsync(platform.Backend, other);
        var theirs = await CreateAsync(owners, "secret");
        var ids = theirs with { OthersTask = (await CreateAsync(others, "own")).Task, OthersTag = (long)(await others.CallAsync("create_tag", new { name = "own too" }))["tag_id"]! };
        var before = await WorldOfAsync(owner, theirs.Task);
        var tools = await others.ToolsAsync();
        Assert.NotEmpty(tools);
        foreach (var tool in tools)
        {
            Assert.True(Cases.TryGetValue(tool.Name, out var calls), $"{tool.Name} has no case here.");
            foreach (var (arguments, code) in calls(ids))
            {
                await CallAsync(others, tool.Name, arguments, code);
            }
        }

        Assert.Equal(before, await WorldOfAsync(owner, theirs.Task));
    }

    [Fact]
    public async Task The_user_cannot_be_named()
    {
        var (owner, other) = (platform.NewUser(), platform.NewUser());
        await using var others = await McpUser.ConnectAsync(platform.Backend, other);
        foreach (var tool in await others.ToolsAsync())
        {
            Assert.False(tool.InputSchema.GetProperty("properties").TryGetProperty("user_id", out _));
            var error = await others.FailAsync(tool.Name, new { user_id = owner.UserId });
            Assert.Contains("signed in", (string)error["details"]!["arguments"]!["user_id"]!, StringComparison.Ordinal);
        }
    }

    private static async Task CallAsync(McpUser user, string tool, JsonObject arguments, string? code)
    {
        var result = await user.SendAsync(tool, arguments);
        var text = Assert.IsType<ModelContextProtocol.Protocol.TextContentBlock>(Assert.Single(result.Content)).Text;
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        if (code is null)
        {
            Assert.True(result.IsError is not true, $"{tool} {arguments.ToJsonString()}: {text}");
        }
        else
        {
            Assert.True(result.IsError is true && (string?)JsonNode.Parse(text)!["code"] == code, $"{tool} {arguments.ToJsonString()}: {text}");
        }
    }

    private static async Task<Ids> CreateAsync(McpUser user, string word)
    {
        var category = (long)(await user.CallAsync("create_category", new { name = $"{word} category" }))["category_id"]!;
        var tag = (long)(await user.CallAsync("create_tag", new { name = $"{word} tag" }))["tag_id"]!;
        var task = (long)(await user.CallAsync("add_task", new { title = $"{word} task", category_id = category, tag_ids = new[] { tag }, due_date = "2030-01-01T08:00:00Z" }))["task_id"]!;
        return new Ids(task, category, tag, 0, 0);
    }

    /// <summary>All that is the user's, as text.</summary>
    private async Task<string?> WorldOfAsync(ApiClient user, long task) => await platform.QueryAsync<string>(
        """
        select json_build_array(
          (select json_agg(t order by t.id) from tasks t where user_id = $1), (select json_agg(c order by c.id) from categories c where user_id = $1),
          (select json_agg(g order by g.id) from tags g where user_id = $1), (select json_agg(x) from task_tags x where task_id = $2),
          (select json_agg(r) from reminders r where task_id = $2), (select count(*) from messaging.outbox where data::text like '%' || $1 || '%'))::text
        """,
        user.UserId,
        task);

    private sealed record Ids(long Task, long Category, long Tag, long OthersTask, long OthersTag);
}

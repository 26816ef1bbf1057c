using System.Text.Json.Nodes;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Mcp;

/// <summary>A client that shares no code with the server, which looks at each result by the tool's output schema.</summary>
[Collection(nameof(Platform))]
public sealed class PublicClientTests(Platform platform)
{
    [Fact]
    public async Task The_typescript_sdk_lists_and_calls_every_tool()
    {
        var user = platform.NewUser();
        var printed = JsonNode.Parse(await McpSdk.RunAsync("call-all.js", new Uri(platform.Backend.Http.BaseAddress!, "mcp").ToString(), user.Token!))!;

        var tools = printed["tools"]!.AsArray().Select(name => (string)name!).ToList();
        Assert.Equal(18, tools.Count);
        Assert.Equal(tools.Order(), printed["calls"]!.AsObject().Select(call => call.Key).Order());
        Assert.Equal("TASK_NOT_FOUND", (string)printed["refused"]!);

        var task = (long)printed["task"]!;
        Assert.Equal(
            $"Water the plants|All of them|high|t|FREQ=WEEKLY;BYDAY=MO|30",
            await platform.QueryAsync<string>(
                """
                select concat_ws('|', title, description, priority, completed, recurrence_rule, (select minutes_before from reminders where task_id = t.id))
                from tasks t where id = $1 and user_id = $2 and category_id is null
                """,
                task,
                user.UserId));
        Assert.Equal(
            "category.created category.deleted category.updated reminder.set tag.created tag.deleted tag.updated task.completed task.created task.deleted task.updated",
            await platform.QueryAsync<string>(
                "select string_agg(distinct regexp_replace(type, '^io\\.todo\\.|\\.v1$', '', 'g'), ' ' order by regexp_replace(type, '^io\\.todo\\.|\\.v1$', '', 'g')) from messaging.outbox where producer = 'backend' and data::text like '%' || $1 || '%'",
                user.UserId));
    }
}

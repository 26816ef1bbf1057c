using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Mcp;

/// <summary>What tools/list promises, and docs/reference/mcp-tools.md, which says the same. With UPDATE_GOLDEN=1 it is written anew; read the difference.</summary>
[Collection(nameof(Platform))]
public sealed class ToolListTests(Platform platform)
{
    private const string Begin = "<!-- tools: written by the tests -->";
    private const string End = "<!-- end of tools -->";

    /// <summary>Names and parameters of the system before this one (without its user_id), in its order; then what is new here.</summary>
    private static readonly Dictionary<string, string> Original = new()
    {
        ["add_task"] = "title description priority category_id tag_ids due_date recurrence_rule",
        ["list_tasks"] = "status priority category_id tag_ids due_before due_after sort_by | limit cursor",
        ["get_task"] = "task_id",
        ["update_task"] = "task_id title description completed priority category_id due_date recurrence_rule",
        ["complete_task"] = "task_id",
        ["delete_task"] = "task_id",
        ["create_category"] = "name color",
        ["list_categories"] = "",
        ["update_category"] = "category_id name color",
        ["delete_category"] = "category_id",
        ["create_tag"] = "name color",
        ["list_tags"] = "",
        ["update_tag"] = "tag_id name color",
        ["delete_tag"] = "tag_id",
        ["add_tag_to_task"] = "task_id tag_id",
        ["remove_tag_from_task"] = "task_id tag_id",
        ["search_tasks"] = "query limit",
        ["set_reminder"] = "task_id remind_before_minutes remind_at",
    };

    [Fact]
    public async Task The_tools_have_the_names_and_parameters_that_clients_know()
    {
        var tools = await ToolsAsync();
        Assert.Equal(Original.Keys.Order(), tools.Select(tool => tool.Name).Order());
        Assert.All(tools, tool => Assert.Equal(
            Original[tool.Name].Split([' ', '|'], StringSplitOptions.RemoveEmptyEntries), tool.InputSchema.GetProperty("properties").EnumerateObject().Select(p => p.Name)));
    }

    [Fact]
    public async Task Every_tool_says_what_it_does_to_the_world_and_what_it_takes_and_gives() => Assert.All(await ToolsAsync(), tool =>
    {
        Assert.False(string.IsNullOrWhiteSpace(tool.Title));
        Assert.False(string.IsNullOrWhiteSpace(tool.Description));
        var hints = tool.Annotations!;
        Assert.Equal(tool.Name.Split('_')[0] is "list" or "get" or "search", hints.ReadOnlyHint);
        Assert.Equal(tool.Name.Split('_')[0] is "update" or "delete" or "remove", hints.DestructiveHint);
        Assert.Equal(tool.Name is not ("add_task" or "create_category" or "create_tag"), hints.IdempotentHint);
        Assert.False(hints.OpenWorldHint);
        Assert.All(tool.InputSchema.GetProperty("properties").EnumerateObject(), parameter =>
        {
            Assert.True(parameter.Value.TryGetProperty("type", out _), $"{tool.Name}.{parameter.Name} has no type");
            Assert.True(parameter.Value.TryGetProperty("description", out _), $"{tool.Name}.{parameter.Name} is not described");
        });
        Assert.Equal("object", tool.OutputSchema!.Value.GetProperty("type").GetString());
        Assert.NotEmpty(tool.OutputSchema!.Value.GetProperty("properties").EnumerateObject());
    });

    [Fact]
    public async Task The_reference_is_what_the_server_lists()
    {
        var path = Path.Combine(Root(AppContext.BaseDirectory), "docs", "reference", "mcp-tools.md");
        var text = await File.ReadAllTextAsync(path);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var expected = text[..begin] + "\n" + Table(await ToolsAsync()) + text[end..];
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(path, expected, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        Assert.Equal(expected, await File.ReadAllTextAsync(path));
    }

    private static string Table(IReadOnlyList<Tool> tools)
    {
        var text = new StringBuilder();
        foreach (var tool in Original.Keys.Select(name => tools.Single(tool => tool.Name == name)))
        {
            var hints = tool.Annotations!;
            string[] said = [hints.ReadOnlyHint == true ? "read-only" : "changes data", hints.DestructiveHint == true ? "destructive" : "", hints.IdempotentHint == true ? "idempotent" : ""];
            text.Append($"### {tool.Name}\n\n{tool.Title}: {string.Join(", ", said.Where(s => s.Length > 0))}. {tool.Description}\n\n");
            Rows(text, "parameter", tool.InputSchema);
            Rows(text, "result", tool.OutputSchema!.Value);
        }

        return text.ToString();
    }

    private static void Rows(StringBuilder text, string heading, JsonElement schema)
    {
        var properties = schema.GetProperty("properties").EnumerateObject().ToList();
        if (properties.Count == 0)
        {
            return;
        }

        var required = heading == "parameter" && schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(n => n.GetString()).ToHashSet() : [];
        text.Append($"| {heading} | type | |\n|---|---|---|\n");
        foreach (var property in properties)
        {
            var description = property.Value.TryGetProperty("description", out var d) ? d.GetString()!.Replace("|", "\\|", StringComparison.Ordinal) : "";
            text.Append($"| `{property.Name}`{(required.Contains(property.Name) ? " *" : "")} | {TypeOf(property.Value, schema)} | {description} |\n");
        }

        text.Append('\n');
    }

    private static string TypeOf(JsonElement property, JsonElement schema)
    {
        if (property.TryGetProperty("enum", out var allowed))
        {
            return string.Join(", ", allowed.EnumerateArray().Where(a => a.ValueKind == JsonValueKind.String).Select(a => $"`{a.GetString()}`"));
        }

        var types = !property.TryGetProperty("type", out var type) ? [] : type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!).ToList() : [type.GetString()!];
        var name = types.Contains("array") ? $"list of {TypeOf(property.GetProperty("items"), schema)}"
            : types.Contains("object") && property.TryGetProperty("properties", out var inner) ? $"{{{string.Join(", ", inner.EnumerateObject().Select(p => p.Name))}}}"
            : property.TryGetProperty("format", out var format) && format.GetString() == "date-time" ? "time"
            : types.FirstOrDefault(t => t != "null") ?? "";
        return types.Contains("null") ? $"{name} or null" : name;
    }

    private async Task<IReadOnlyList<Tool>> ToolsAsync()
    {
        await using var user = await McpUser.ConnectAsync(platform.Backend, platform.NewUser());
        return await user.ToolsAsync();
    }

    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "Operator.sln")) ? folder : Root(Directory.GetParent(folder)?.FullName ?? throw new InvalidOperationException("No Operator.sln above the test."));
}

using System.Text.Json;
using Todo.Backend.Rules;

namespace Todo.Backend.Mcp.Calls;

/// <summary>What the application layer refuses, in the words of a tool: its argument, and a code.</summary>
internal static class Refusals
{
    /// <param name="schema">Of the tool's arguments.</param>
    public static ToolError Of(Refusal refusal, JsonElement schema)
    {
        var argument = ArgumentOf(refusal.Field, schema.GetProperty("properties"));
        return new ToolError(CodeOf(refusal), $"{argument}: {refusal.Message}", new ErrorDetails { Arguments = new Dictionary<string, string> { [argument] = refusal.Message } });
    }

    private static string ArgumentOf(string field, JsonElement properties)
    {
        var argument = TaskArguments.ArgumentOf(field);
        return argument == "tag_ids" && !properties.TryGetProperty(argument, out _) ? "tag_id" : argument;
    }

    private static string CodeOf(Refusal refusal) => (refusal.Kind, refusal.Field) switch
    {
        (RefusalKind.NoSuchObject, "categoryId") => ErrorCodes.CategoryNotFound,
        (RefusalKind.NoSuchObject, _) => ErrorCodes.TagNotFound,
        (RefusalKind.LimitReached, "tagIds") => ErrorCodes.TooManyTags,
        (RefusalKind.LimitReached, _) => ErrorCodes.LimitReached,
        (RefusalKind.NameTaken, _) => ErrorCodes.NameTaken,
        _ => ErrorCodes.InvalidRequest,
    };
}

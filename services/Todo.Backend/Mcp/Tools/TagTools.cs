using System.ComponentModel;
using ModelContextProtocol.Server;
using Todo.Backend.Labels;
using Todo.Backend.Mcp.Calls;
using Todo.Backend.Mcp.Results;
using Todo.Backend.Tags;

namespace Todo.Backend.Mcp.Tools;

/// <summary>The tools for tags.</summary>
internal sealed class TagTools(ToolSession session, TagCommands commands, TagQueries queries)
{
    [McpServerTool(Name = "create_tag", Title = "Create a tag", ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = false, UseStructuredContent = true)]
    [Description("Creates a tag. A user has up to 100.")]
    public async Task<ChangedTag> CreateTagAsync(
        [Description("1 to 30 characters; no other tag has it")] string name,
        [Description("# and 6 hexadecimal digits, e.g. #1e90ff; none when left out")] string? color = null,
        CancellationToken cancellationToken = default)
    {
        var input = LabelArguments.Read(LabelKind.Tag, name, color);
        return Changed("created", await NewLabels.CreateAsync(session, commands, queries, input, cancellationToken));
    }

    [McpServerTool(Name = "list_tags", Title = "List tags", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Lists all tags, each with the number of its tasks.")]
    public async Task<TagList> ListTagsAsync(CancellationToken cancellationToken = default) =>
        new([.. (await queries.ListAsync(session.UserId, cancellationToken)).Select(CountedLabel.Of)]);

    [McpServerTool(Name = "update_tag", Title = "Change a tag", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Changes name, colour or both; null is as if left out. An empty colour takes it away.")]
    public async Task<ChangedTag> UpdateTagAsync(
        [Description("Number of the tag")] long tag_id,
        [Description("1 to 30 characters; no other tag has it")] string? name = null,
        [Description("# and 6 hexadecimal digits, e.g. #1e90ff; empty: none")] string? color = null,
        CancellationToken cancellationToken = default)
    {
        var input = LabelArguments.ReadChange(LabelKind.Tag, name, color);
        return Changed(
            "updated",
            await session.ChangeAsync(transaction => commands.UpdateAsync(transaction, session.UserId, tag_id, input, cancellationToken), cancellationToken)
                ?? throw NotFound.Label(LabelKind.Tag, tag_id));
    }

    [McpServerTool(Name = "delete_tag", Title = "Delete a tag", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Deletes a tag. Its tasks stay, without the tag.")]
    public async Task<DeletedTag> DeleteTagAsync([Description("Number of the tag")] long tag_id, CancellationToken cancellationToken = default)
    {
        var tag = await session.ChangeAsync(transaction => commands.DeleteAsync(transaction, session.UserId, tag_id, cancellationToken), cancellationToken)
            ?? throw NotFound.Label(LabelKind.Tag, tag_id);
        return new DeletedTag("deleted", tag.Id, tag.Name, tag.TaskCount ?? 0);
    }

    private static ChangedTag Changed(string status, Label tag) => new(status, tag.Id, tag.Name, tag.Color, tag.CreatedAt.UtcDateTime);
}

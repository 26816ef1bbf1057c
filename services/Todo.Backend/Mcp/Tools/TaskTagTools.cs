using System.ComponentModel;
using ModelContextProtocol.Server;
using Todo.Backend.Mcp.Calls;
using Todo.Backend.Mcp.Results;
using Todo.Backend.Tasks;

namespace Todo.Backend.Mcp.Tools;

/// <summary>The tools that stick tags on tasks.</summary>
internal sealed class TaskTagTools(ToolSession session, TaskCommands commands, NotFound notFound)
{
    [McpServerTool(Name = "add_tag_to_task", Title = "Tag a task", ReadOnly = false, Destructive = false, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Sticks a tag on a task, which has up to 10. One that it has already changes nothing.")]
    public async Task<TaggedTask> AddTagToTaskAsync(
        [Description("Number of the task")] long task_id, [Description("Number of the tag")] long tag_id, CancellationToken cancellationToken = default)
    {
        var change = await session.ChangeAsync(transaction => commands.AddTagAsync(transaction, session.UserId, task_id, tag_id, cancellationToken), cancellationToken)
            ?? throw await notFound.TaskAsync(task_id, cancellationToken);
        return new TaggedTask(change.Changed ? "added" : "already_assigned", task_id, tag_id);
    }

    [McpServerTool(Name = "remove_tag_from_task", Title = "Untag a task", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Takes a tag off a task. One that it does not have changes nothing.")]
    public async Task<TaggedTask> RemoveTagFromTaskAsync(
        [Description("Number of the task")] long task_id, [Description("Number of the tag")] long tag_id, CancellationToken cancellationToken = default)
    {
        var change = await session.ChangeAsync(transaction => commands.RemoveTagAsync(transaction, session.UserId, task_id, tag_id, cancellationToken), cancellationToken)
            ?? throw await notFound.TaskAsync(task_id, cancellationToken);
        return new TaggedTask(change.Changed ? "removed" : "not_assigned", task_id, tag_id);
    }
}

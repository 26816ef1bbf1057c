using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelContextProtocol.Server;
using Todo.Backend.Mcp.Calls;
using Todo.Backend.Mcp.Results;
using Todo.Backend.Tasks;
using Todo.Recurrence.Phrases;

namespace Todo.Backend.Mcp.Tools;

/// <summary>The tools that change tasks. Parameters have the names that clients see.</summary>
internal sealed class TaskTools(ToolSession session, TaskCommands commands, TaskItems items, NotFound notFound)
{
    [McpServerTool(Name = "add_task", Title = "Add a task", ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = false, UseStructuredContent = true)]
    [Description("Creates a task. With a recurrence rule, completing the task creates the next one.")]
    public async Task<ChangedTask> AddTaskAsync(
        [Description("1 to 200 characters, on one line")] string title,
        [Description("Up to 10,000 characters")] string? description = null,
        [Description("How important; medium when left out")] [AllowedValues("low", "medium", "high", "urgent", null)] string? priority = null,
        [Description("Number of the category")] long? category_id = null,
        [Description("Numbers of up to 10 tags")] [MaxLength(10)] long[]? tag_ids = null,
        [Description("ISO 8601, e.g. 2026-11-22T08:00:00Z; without an offset UTC. A date alone is the end of that day in the user's time zone")] string? due_date = null,
        [Description("Give " + RecurrenceText.Accepted)] string? recurrence_rule = null,
        CancellationToken cancellationToken = default)
    {
        var input = new TaskArguments(session.Caller.TimeZone)
            .Text("title", title).Text("description", description).Text("priority", priority?.ToLowerInvariant())
            .Category(category_id).Tags(tag_ids).Due(due_date).Text("recurrence_rule", recurrence_rule).Read(isNew: true);
        var task = await session.ChangeAsync(transaction => commands.CreateAsync(transaction, session.UserId, input, cancellationToken), cancellationToken);
        return await items.ChangedAsync("created", task, cancellationToken);
    }

    [McpServerTool(Name = "update_task", Title = "Change a task", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description(
        "Changes what is given and leaves the rest; null is as if left out. An empty string takes description, due_date or recurrence_rule away; category_id 0 takes the category away. "
        + "Tags are changed by add_tag_to_task and remove_tag_from_task.")]
    public async Task<ChangedTask> UpdateTaskAsync(
        [Description("Number of the task")] long task_id,
        [Description("1 to 200 characters, on one line")] string? title = null,
        [Description("Up to 10,000 characters; empty: none")] string? description = null,
        [Description("true completes the task, as complete_task does; false opens it again")] bool? completed = null,
        [Description("How important")] [AllowedValues("low", "medium", "high", "urgent", null)] string? priority = null,
        [Description("Number of the category; 0: none")] long? category_id = null,
        [Description("ISO 8601, as in add_task; empty: no date")] string? due_date = null,
        [Description("As in add_task; empty: the task recurs no more. Another rule begins a new series at the due date")] string? recurrence_rule = null,
        CancellationToken cancellationToken = default)
    {
        var arguments = new TaskArguments(session.Caller.TimeZone)
            .Text("title", title).Text("description", description).Text("priority", priority?.ToLowerInvariant())
            .Category(category_id).Due(due_date).Text("recurrence_rule", recurrence_rule);
        if (arguments.IsEmpty && completed is null)
        {
            throw new ToolException(new ToolError(
                ErrorCodes.InvalidRequest, "Nothing to change: give at least one of title, description, completed, priority, category_id, due_date, recurrence_rule."));
        }

        var input = arguments.IsEmpty ? null : arguments.Read(isNew: false);
        var task = await session.ChangeAsync(
            async transaction =>
            {
                var changed = input is null ? null : await commands.UpdateAsync(transaction, session.UserId, task_id, input, cancellationToken);
                return completed switch
                {
                    true => await commands.CompleteAsync(transaction, session.UserId, task_id, cancellationToken),
                    false => await commands.ReopenAsync(transaction, session.UserId, task_id, cancellationToken),
                    null => changed,
                };
            },
            cancellationToken);
        return await items.ChangedAsync("updated", task ?? throw await notFound.TaskAsync(task_id, cancellationToken), cancellationToken);
    }

    [McpServerTool(Name = "complete_task", Title = "Complete a task", ReadOnly = false, Destructive = false, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Completes a task. Of a recurring task the next one is created a moment later. A task that is completed already stays as it is.")]
    public async Task<ChangedTask> CompleteTaskAsync([Description("Number of the task")] long task_id, CancellationToken cancellationToken = default)
    {
        var task = await session.ChangeAsync(transaction => commands.CompleteAsync(transaction, session.UserId, task_id, cancellationToken), cancellationToken);
        return await items.ChangedAsync("completed", task ?? throw await notFound.TaskAsync(task_id, cancellationToken), cancellationToken);
    }

    [McpServerTool(Name = "delete_task", Title = "Delete a task", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Deletes a task for ever, with its reminders. To finish a task, use complete_task.")]
    public async Task<DeletedTask> DeleteTaskAsync([Description("Number of the task")] long task_id, CancellationToken cancellationToken = default)
    {
        var task = await session.ChangeAsync(transaction => commands.DeleteAsync(transaction, session.UserId, task_id, cancellationToken), cancellationToken)
            ?? throw await notFound.TaskAsync(task_id, cancellationToken);
        return new DeletedTask("deleted", task.Id, task.Title);
    }
}

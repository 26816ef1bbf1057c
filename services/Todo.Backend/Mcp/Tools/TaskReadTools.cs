using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelContextProtocol.Server;
using NodaTime;
using Todo.Backend.Mcp.Calls;
using Todo.Backend.Mcp.Results;
using Todo.Backend.Search;
using Todo.Backend.Tasks;

namespace Todo.Backend.Mcp.Tools;

/// <summary>The tools that read tasks.</summary>
internal sealed class TaskReadTools(ToolSession session, TaskQueries tasks, TaskSearch search, TaskItems items, NotFound notFound)
{
    private static readonly LocalTime LastSecond = new(23, 59, 59);

    [McpServerTool(Name = "list_tasks", Title = "List tasks", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Lists tasks that meet every condition given, page by page.")]
    public async Task<TaskList> ListTasksAsync(
        [Description("all when left out")] [AllowedValues("all", "pending", "completed", null)] string? status = null,
        [Description("Only of this priority")] [AllowedValues("low", "medium", "high", "urgent", null)] string? priority = null,
        [Description("Only of the category of this number")] long? category_id = null,
        [Description("Only with at least one of the tags of these numbers")] [MaxLength(100)] long[]? tag_ids = null,
        [Description("Only due before this moment, ISO 8601. A date alone: before that day begins for the user")] string? due_before = null,
        [Description("Only due after this moment, ISO 8601. A date alone: after that day ends for the user")] string? due_after = null,
        [Description("created_at (newest first) when left out; due_date: the next first, those without a date last; priority: urgent first")]
        [AllowedValues("created_at", "due_date", "priority", null)] string? sort_by = null,
        [Description("Tasks on a page; 50 when left out")] [Range(1, TaskListQuery.MaxLimit)] int? limit = null,
        [Description("next_cursor of the page before, with the same sort_by")] string? cursor = null,
        CancellationToken cancellationToken = default)
    {
        var zone = session.Caller.TimeZone;
        var query = new TaskListQuery
        {
            Completed = status?.ToLowerInvariant() switch { "pending" => false, "completed" => true, _ => null },
            Priority = priority?.ToLowerInvariant(),
            CategoryId = category_id,
            TagIds = tag_ids ?? [],
            DueBefore = Moments.Read("due_before", due_before, zone, LocalTime.Midnight),
            DueAfter = Moments.Read("due_after", due_after, zone, LastSecond),
            Sort = sort_by?.ToLowerInvariant() switch { "due_date" => TaskSort.DueAt, "priority" => TaskSort.Priority, _ => TaskSort.CreatedAt },
            Limit = limit ?? 50,
            After = string.IsNullOrEmpty(cursor) ? null : TaskCursor.TryParse(cursor, out var after) ? after : throw ToolException.For("cursor", "Give back next_cursor of the page before."),
        };
        var page = await tasks.ListAsync(session.UserId, query, cancellationToken);
        return new TaskList(await items.ListAsync(page.Items, cancellationToken), page.NextCursor);
    }

    [McpServerTool(Name = "get_task", Title = "Show a task", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Shows one task.")]
    public async Task<FoundTask> GetTaskAsync([Description("Number of the task")] long task_id, CancellationToken cancellationToken = default)
    {
        var task = await tasks.FindAsync(session.UserId, task_id, cancellationToken) ?? throw await notFound.TaskAsync(task_id, cancellationToken);
        return await items.FoundAsync(task, cancellationToken);
    }

    [McpServerTool(Name = "search_tasks", Title = "Search tasks", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Searches titles and descriptions, best match first; a word of the title counts for more.")]
    public async Task<TaskHits> SearchTasksAsync(
        [Description("Words that must all be there; \"a phrase\", or, -not. English words are found in all their forms. Empty: all tasks, newest first")]
        [MaxLength(TaskSearch.MaxQuery)] string query,
        [Description("At most so many; 50 when left out")] [Range(1, TaskSearch.MaxLimit)] int? limit = null,
        CancellationToken cancellationToken = default)
    {
        var page = await search.SearchAsync(session.UserId, query, null, limit ?? TaskSearch.DefaultLimit, cancellationToken);
        return new TaskHits(await items.HitsAsync(page.Items, cancellationToken));
    }
}

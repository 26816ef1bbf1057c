using System.Globalization;
using Todo.Backend.OpenApi;

namespace Todo.Backend.Tasks;

/// <summary>From the parameters of a request to a <see cref="TaskListQuery"/>; collects every error by parameter.</summary>
internal sealed class TaskListQueryReader
{
    /// <summary>For the OpenAPI document.</summary>
    public static readonly QueryParameter[] Parameters =
    [
        new("status", "Which tasks; all when left out.", ["all", "pending", "completed"]),
        new("priority", "Tasks of this priority.", TaskInputReader.Priorities),
        new("category", "Tasks of this category.", IsNumber: true),
        new("tag", "Tasks with any of these tags.", IsNumber: true, IsList: true),
        new("dueBefore", "Tasks due before this moment.", IsTime: true),
        new("dueAfter", "Tasks due after this moment.", IsTime: true),
        new("sort", "createdAt when left out.", ["createdAt", "updatedAt", "dueAt", "priority"]),
        new("order", "When left out: newest first, due first, most urgent first.", ["asc", "desc"]),
        new("limit", "1 to 200; 50 when left out.", IsNumber: true),
        new("cursor", "nextCursor of the page before, with the same filters and order."),
    ];

    private const int MaxTags = 100;

    private readonly IQueryCollection _query;
    private readonly Dictionary<string, string[]> _errors = [];

    private TaskListQueryReader(IQueryCollection query) => _query = query;

    /// <param name="errors">By parameter; empty when the query is valid.</param>
    public static TaskListQuery Read(IQueryCollection query, out IReadOnlyDictionary<string, string[]> errors)
    {
        var reader = new TaskListQueryReader(query);
        errors = reader._errors;
        return reader.Read();
    }

    private TaskListQuery Read() => new()
    {
        Completed = OneOf<bool?>("status", null, ("all", null), ("pending", false), ("completed", true)),
        Priority = OneOf<string?>("priority", null, [.. TaskInputReader.Priorities.Select(p => (p, p))]),
        CategoryId = Number("category", 1, long.MaxValue),
        TagIds = Tags(),
        DueBefore = Time("dueBefore"),
        DueAfter = Time("dueAfter"),
        Sort = OneOf(
            "sort", TaskSort.CreatedAt, ("createdAt", TaskSort.CreatedAt), ("updatedAt", TaskSort.UpdatedAt), ("dueAt", TaskSort.DueAt), ("priority", TaskSort.Priority)),
        Descending = OneOf<bool?>("order", null, ("asc", false), ("desc", true)),
        Limit = (int)(Number("limit", 1, TaskListQuery.MaxLimit) ?? 50),
        After = Cursor(),
    };

    private T OneOf<T>(string name, T whenAbsent, params (string Text, T Value)[] choices)
    {
        var text = _query[name].ToString();
        if (text.Length == 0)
        {
            return whenAbsent;
        }

        foreach (var choice in choices)
        {
            if (choice.Text == text)
            {
                return choice.Value;
            }
        }

        _errors[name] = [$"One of {string.Join(", ", choices.Select(c => c.Text))}."];
        return whenAbsent;
    }

    private long? Number(string name, long min, long max)
    {
        var text = _query[name].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        _errors[name] = [max == long.MaxValue ? "A number of one of your categories." : $"A whole number from {min} to {max}."];
        return null;
    }

    private List<long> Tags()
    {
        var ids = new List<long>();
        foreach (var text in _query["tag"].Where(t => !string.IsNullOrEmpty(t)))
        {
            if (ids.Count < MaxTags && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                ids.Add(id);
            }
            else
            {
                _errors["tag"] = [$"Numbers of your tags, at most {MaxTags}: tag=1&tag=2."];
            }
        }

        return ids;
    }

    private DateTimeOffset? Time(string name)
    {
        var text = _query[name].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        if (TaskInputReader.IsTime(text, out var time))
        {
            return time;
        }

        _errors[name] = [TaskInputReader.TimeExpected];
        return null;
    }

    private TaskCursor? Cursor()
    {
        var text = _query["cursor"].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        if (TaskCursor.TryParse(text, out var cursor))
        {
            return cursor;
        }

        _errors["cursor"] = ["Give back nextCursor of the page before."];
        return null;
    }
}

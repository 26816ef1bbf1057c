using System.ComponentModel;

namespace Todo.Backend.Mcp.Results;

/// <summary>What every result says of a task.</summary>
internal abstract record TaskFields
{
    public string Title { get; init; } = "";

    public string? Description { get; init; }

    public bool Completed { get; init; }

    [Description("low, medium, high or urgent")]
    public string Priority { get; init; } = "";

    [Description("UTC; null: none")]
    public DateTime? DueDate { get; init; }

    [Description("Null: none")]
    public LabelItem? Category { get; init; }

    public IReadOnlyList<LabelItem> Tags { get; init; } = [];

    [Description("RRULE of RFC 5545; null: it does not recur")]
    public string? RecurrenceRule { get; init; }

    public DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; init; }
}

/// <summary>Answer of a tool that changes a task.</summary>
internal sealed record ChangedTask : TaskFields
{
    [Description("created, updated or completed")]
    public required string Status { get; init; }

    public required long TaskId { get; init; }
}

/// <summary>Answer of get_task.</summary>
internal sealed record FoundTask : TaskFields
{
    [Description("success")]
    public required string Status { get; init; }

    public required long Id { get; init; }
}

/// <summary>A task in a list.</summary>
internal sealed record TaskItem : TaskFields
{
    public required long Id { get; init; }
}

/// <summary>A task that a search found.</summary>
internal sealed record FoundItem : TaskFields
{
    public required long Id { get; init; }

    [Description("How well it matches; comparable within one search")]
    public required float SearchRank { get; init; }
}

/// <summary>A category or tag of a task.</summary>
internal sealed record LabelItem(long Id, string Name, string? Color);

/// <summary>Answer of list_tasks.</summary>
internal sealed record TaskList(
    IReadOnlyList<TaskItem> Tasks,
    [property: Description("Give it as cursor to get the next page; null: that was the last")] string? NextCursor);

/// <summary>Answer of search_tasks.</summary>
internal sealed record TaskHits([property: Description("Best first")] IReadOnlyList<FoundItem> Tasks);

/// <summary>Answer of delete_task.</summary>
internal sealed record DeletedTask([property: Description("deleted")] string Status, long TaskId, string Title);

/// <summary>Answer of add_tag_to_task and remove_tag_from_task.</summary>
internal sealed record TaggedTask([property: Description("added or already_assigned; removed or not_assigned")] string Status, long TaskId, long TagId);

/// <summary>Answer of set_reminder.</summary>
internal sealed record ReminderAnswer(
    bool Success, string Message, long TaskId, [property: Description("UTC")] DateTime RemindAt);

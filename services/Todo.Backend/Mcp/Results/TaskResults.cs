using System.ComponentModel;

namespace Todo.Backend.Mcp.Results;

/// <summary>What every result says of a task.</summary>
internal abstract record TaskFields
{
    public required string Title { get; init; }

    public required string? Description { get; init; }

    public required bool Completed { get; init; }

    [Description("low, medium, high or urgent")]
    public required string Priority { get; init; }

    [Description("UTC; null: none")]
    public required DateTime? DueDate { get; init; }

    [Description("Null: none")]
    public required LabelItem? Category { get; init; }

    public required IReadOnlyList<LabelItem> Tags { get; init; }

    [Description("RRULE of RFC 5545; null: it does not recur")]
    public required string? RecurrenceRule { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime UpdatedAt { get; init; }
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

/// <summary>A category or tag of a task.</summary>
internal sealed record LabelItem(long Id, string Name, string? Color);

/// <summary>Answer of list_tasks.</summary>
internal sealed record TaskList(
    IReadOnlyList<TaskItem> Tasks,
    [property: Description("For cursor, to get the next page; null: that was the last")] string? NextCursor);

/// <summary>Answer of delete_task.</summary>
internal sealed record DeletedTask([property: Description("deleted")] string Status, long TaskId, string Title);

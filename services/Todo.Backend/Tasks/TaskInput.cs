namespace Todo.Backend.Tasks;

/// <summary>What a caller wants a task to be: validated, in canonical form. Absent fields stay as they are, or get their default in a new task.</summary>
internal sealed record TaskInput
{
    public Field<string> Title { get; init; }

    public Field<string> Description { get; init; }

    public Field<string> Priority { get; init; }

    public Field<DateTimeOffset?> DueAt { get; init; }

    /// <summary>Canonical RRULE text.</summary>
    public Field<string> RecurrenceRule { get; init; }

    public Field<long?> CategoryId { get; init; }

    /// <summary>All tags that the task is to have: each once, ascending. Null is none.</summary>
    public Field<IReadOnlyList<long>> TagIds { get; init; }
}

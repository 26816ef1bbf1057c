using System.Globalization;

namespace Todo.Backend.Tasks;

/// <summary>Which tasks, and in which order. The filters are combined with AND, the tags among themselves with OR.</summary>
internal sealed record TaskListQuery
{
    public const int MaxLimit = 200;

    /// <summary>Null: all.</summary>
    public bool? Completed { get; init; }

    public string? Priority { get; init; }

    public long? CategoryId { get; init; }

    /// <summary>Tasks with any of these; none: whatever tags they have.</summary>
    public IReadOnlyList<long> TagIds { get; init; } = [];

    /// <summary>Due before this moment; tasks without a date are left out.</summary>
    public DateTimeOffset? DueBefore { get; init; }

    /// <summary>Due after this moment; tasks without a date are left out.</summary>
    public DateTimeOffset? DueAfter { get; init; }

    public TaskSort Sort { get; init; } = TaskSort.CreatedAt;

    /// <summary>Null: newest first, most urgent first, due first.</summary>
    public bool? Descending { get; init; }

    public int Limit { get; init; } = 50;

    /// <summary>Where the page before ended; null: the first page.</summary>
    public TaskCursor? After { get; init; }

    public bool IsDescending => Descending ?? Sort != TaskSort.DueAt;
}

/// <summary>What a list is sorted by; equal tasks in the order of their creation.</summary>
internal enum TaskSort
{
    CreatedAt,
    UpdatedAt,
    DueAt,
    Priority,
}

/// <summary>A place in a sorted list: the last task's sort key and number. Its text is what <c>cursor=</c> takes.</summary>
internal readonly record struct TaskCursor(long Key, long Id)
{
    public static bool TryParse(string text, out TaskCursor cursor)
    {
        var parts = text.Split('.');
        var read = long.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        var key = id;
        read &= parts.Length == 1 || parts.Length == 2 && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out key);
        cursor = new TaskCursor(key, id);
        return read && id > 0;
    }

    public override string ToString() => Key == Id ? Invariant(Id) : $"{Invariant(Key)}.{Invariant(Id)}";

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);
}

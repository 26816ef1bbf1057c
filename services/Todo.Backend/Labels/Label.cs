namespace Todo.Backend.Labels;

/// <summary>A category or a tag: what a user puts tasks into or sticks on them.</summary>
/// <param name="TaskCount">How many tasks have it; null where it was not counted.</param>
internal sealed record Label(
    long Id, string UserId, string Name, string? Color, long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long? TaskCount = null);

/// <summary>The two kinds of label, which differ in their tables and limits only.</summary>
/// <param name="Table">Its table.</param>
/// <param name="MaxName">Longest name in characters, as the database has it.</param>
/// <param name="TasksWith">SQL condition on <c>tasks t</c>: has label <c>l</c>.</param>
/// <param name="Detach">SQL that takes the label $1 of user $2 off its tasks and returns a row for each.</param>
internal sealed record LabelKind(string Table, int MaxName, string TasksWith, string Detach)
{
    public static LabelKind Category { get; } = new(
        "categories",
        50,
        "t.user_id = l.user_id and t.category_id = l.id",
        """
        update tasks set category_id = null, version = version + 1, updated_at = statement_timestamp()
        where user_id = $2 and category_id = $1 returning id
        """);

    // The rows of task_tags go with the tag.
    public static LabelKind Tag { get; } = new(
        "tags",
        30,
        "t.id in (select g.task_id from task_tags g where g.user_id = l.user_id and g.tag_id = l.id)",
        """
        update tasks set version = version + 1, updated_at = statement_timestamp()
        where user_id = $2 and id in (select task_id from task_tags where user_id = $2 and tag_id = $1) returning id
        """);
}

/// <summary>What a caller wants a label to be: validated. Absent fields stay as they are; a colour that is null is taken away.</summary>
internal sealed record LabelInput
{
    public Tasks.Field<string> Name { get; init; }

    /// <summary><c>#</c> and 6 hexadecimal digits, in lower case.</summary>
    public Tasks.Field<string> Color { get; init; }
}

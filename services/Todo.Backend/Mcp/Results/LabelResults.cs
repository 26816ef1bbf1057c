using System.ComponentModel;

namespace Todo.Backend.Mcp.Results;

/// <summary>Answer of create_category and update_category.</summary>
internal sealed record ChangedCategory([property: Description("created or updated")] string Status, long CategoryId, string Name, string? Color, DateTime CreatedAt);

/// <summary>Answer of delete_category.</summary>
internal sealed record DeletedCategory(
    [property: Description("deleted")] string Status, long CategoryId, string Name, [property: Description("Tasks that have no category now")] long TasksAffected);

/// <summary>Answer of list_categories.</summary>
internal sealed record CategoryList([property: Description("Oldest first")] IReadOnlyList<CountedLabel> Categories);

/// <summary>Answer of create_tag and update_tag.</summary>
internal sealed record ChangedTag([property: Description("created or updated")] string Status, long TagId, string Name, string? Color, DateTime CreatedAt);

/// <summary>Answer of delete_tag.</summary>
internal sealed record DeletedTag([property: Description("deleted")] string Status, long TagId, string Name, [property: Description("Tasks that it was taken off")] long TasksAffected);

/// <summary>Answer of list_tags.</summary>
internal sealed record TagList([property: Description("Oldest first")] IReadOnlyList<CountedLabel> Tags);

/// <summary>A category or tag in a list.</summary>
internal sealed record CountedLabel(long Id, string Name, string? Color, long TaskCount, DateTime CreatedAt)
{
    public static CountedLabel Of(Labels.Label label) => new(label.Id, label.Name, label.Color, label.TaskCount ?? 0, label.CreatedAt.UtcDateTime);
}

using System.Text.Json.Serialization;

namespace Todo.Backend.Labels;

/// <summary>A category or a tag as the API shows it (docs/reference/rest-api.md).</summary>
/// <param name="TaskCount">How many tasks have it; in lists only.</param>
internal sealed record LabelResponse(
    long Id,
    string Name,
    string? Color,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? TaskCount,
    long Version,
    DateTime CreatedAt,
    DateTime UpdatedAt)
{
    public static LabelResponse Of(Label label) =>
        new(label.Id, label.Name, label.Color, label.TaskCount, label.Version, label.CreatedAt.UtcDateTime, label.UpdatedAt.UtcDateTime);
}

/// <summary>All of a user's categories or tags: there is one page.</summary>
internal sealed record LabelPage(IReadOnlyList<LabelResponse> Items);

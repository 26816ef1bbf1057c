using System.ComponentModel.DataAnnotations;
using Todo.Contracts.Payloads;

namespace Todo.Backend.Tasks;

/// <summary>A task as the API shows it (docs/reference/rest-api.md).</summary>
internal sealed record TaskResponse(
    long Id,
    string Title,
    string? Description,
    [property: AllowedValues("low", "medium", "high", "urgent")] string Priority,
    bool Completed,
    DateTime? CompletedAt,
    DateTime? DueAt,
    string? RecurrenceRule,
    Guid? SeriesId,
    DateTime? Occurrence,
    long? CategoryId,
    IReadOnlyList<long> TagIds,
    long Version,
    DateTime CreatedAt,
    DateTime UpdatedAt)
{
    // UTC DateTime is written with Z, DateTimeOffset with +00:00.
    public static TaskResponse Of(TaskSnapshot task) => new(
        task.Id,
        task.Title,
        task.Description,
        task.Priority,
        task.Completed,
        task.CompletedAt?.UtcDateTime,
        task.DueAt?.UtcDateTime,
        task.RecurrenceRule,
        task.SeriesId,
        task.Occurrence?.UtcDateTime,
        task.CategoryId,
        task.TagIds ?? [],
        task.Version,
        task.CreatedAt.UtcDateTime,
        task.UpdatedAt.UtcDateTime);
}

/// <summary>One page of a list.</summary>
/// <param name="NextCursor">For <c>cursor=</c>; absent on the last page.</param>
internal sealed record TaskPage(
    IReadOnlyList<TaskResponse> Items,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] string? NextCursor);

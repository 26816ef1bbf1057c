using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

// Forms of requests, for the OpenAPI document alone: what is read, and how errors are named, is in the readers.
namespace Todo.Backend.OpenApi;

/// <summary>Body of POST /api/v1/tasks.</summary>
internal sealed record NewTask(
    [property: MinLength(1), MaxLength(200), Description("One line")] string Title,
    [property: MaxLength(10_000)] string? Description = null,
    [property: AllowedValues("low", "medium", "high", "urgent")] string Priority = "medium",
    DateTimeOffset? DueAt = null,
    [property: MaxLength(500), Description("RRULE of RFC 5545")] string? RecurrenceRule = null,
    [property: Description("One of your categories")] long? CategoryId = null,
    [property: MaxLength(10), Description("Your tags")] IReadOnlyList<long>? TagIds = null);

/// <summary>Body of PATCH /api/v1/tasks/{id}: what is absent stays as it is.</summary>
internal sealed record TaskPatch(
    [property: MinLength(1), MaxLength(200), Description("One line")] string Title = "",
    [property: MaxLength(10_000), Description("null: none")] string? Description = null,
    [property: AllowedValues("low", "medium", "high", "urgent")] string Priority = "",
    [property: Description("null: no date")] DateTimeOffset? DueAt = null,
    [property: MaxLength(500), Description("RRULE of RFC 5545; null: it recurs no more")] string? RecurrenceRule = null,
    [property: Description("One of your categories; null: none")] long? CategoryId = null,
    [property: MaxLength(10), Description("All tags that it is to have")] IReadOnlyList<long>? TagIds = null);

/// <summary>Body of POST of a category or tag.</summary>
internal sealed record NewLabel(
    [property: MinLength(1), Description("Up to 50 characters for a category, 30 for a tag; no other of yours has it")] string Name,
    [property: RegularExpression("^#[0-9A-Fa-f]{6}$")] string? Color = null);

/// <summary>Body of PATCH of a category or tag: what is absent stays as it is.</summary>
internal sealed record LabelPatch(
    [property: MinLength(1)] string Name = "",
    [property: RegularExpression("^#[0-9A-Fa-f]{6}$"), Description("null: none")] string? Color = null);

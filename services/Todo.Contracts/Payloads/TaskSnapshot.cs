using System.ComponentModel.DataAnnotations;

namespace Todo.Contracts.Payloads;

/// <summary>A task as it was when the event happened: handlers need not read it again.</summary>
/// <param name="Id">Number of the task; the platform's, from its database.</param>
/// <param name="UserId">The owner: <c>sub</c> of the JWT.</param>
/// <param name="Title">1 to 200 characters, without blanks at the ends.</param>
/// <param name="Description">Up to 10,000 characters; null: none.</param>
/// <param name="Priority">How important the owner finds it.</param>
/// <param name="Completed">Whether it is done.</param>
/// <param name="CompletedAt">When it was completed, by the database's clock; null while it is open.</param>
/// <param name="DueAt">When it is due, as the owner wants it; null: no date.</param>
/// <param name="RecurrenceRule">RRULE of RFC 5545, section 3.3.10, up to 500 characters; null: it does not recur, and the fields of the series are null too.</param>
/// <param name="SeriesId">Common to all tasks of one recurring series.</param>
/// <param name="SeriesStart">DTSTART of the series: COUNT and INTERVAL are counted from here.</param>
/// <param name="Occurrence">The moment of the series that this task stands for; the due date may have been moved away from it.</param>
/// <param name="Version">1 at creation, one more with each change.</param>
/// <param name="CreatedAt">By the database's clock.</param>
/// <param name="UpdatedAt">Last change, by the database's clock.</param>
/// <param name="CategoryId">Number of its category; null: none. Missing in older events.</param>
/// <param name="TagIds">Numbers of its tags, ascending; null: not stated. Missing in older events.</param>
public sealed record TaskSnapshot(
    long Id,
    string UserId,
    string Title,
    string? Description,
    [property: AllowedValues("low", "medium", "high", "urgent")] string Priority,
    bool Completed,
    DateTimeOffset? CompletedAt,
    DateTimeOffset? DueAt,
    string? RecurrenceRule,
    Guid? SeriesId,
    DateTimeOffset? SeriesStart,
    DateTimeOffset? Occurrence,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long? CategoryId = null,
    IReadOnlyList<long>? TagIds = null);

/// <summary>Data of <see cref="EventTypes.TaskCreated"/> and <see cref="EventTypes.TaskDeleted"/>.</summary>
/// <param name="Task">The task after its creation, or before its end.</param>
public sealed record TaskChanged(TaskSnapshot Task);

/// <summary>Data of <see cref="EventTypes.TaskUpdated"/>.</summary>
/// <param name="Task">The task after the change.</param>
/// <param name="Changes">Names of the task's fields that changed, as they are called here.</param>
public sealed record TaskUpdated(TaskSnapshot Task, IReadOnlyList<string> Changes);

/// <summary>Data of <see cref="EventTypes.TaskCompleted"/>.</summary>
/// <param name="Task">The task after the completion.</param>
/// <param name="TimeZone">IANA name of the owner's time zone, on whose clock the rule is read.</param>
public sealed record TaskCompleted(TaskSnapshot Task, string TimeZone);

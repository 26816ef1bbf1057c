namespace Todo.Contracts.Payloads;

/// <summary>A task as it was when the event happened: handlers need not read it again.</summary>
/// <param name="UserId">The owner: the JWT's <c>sub</c>.</param>
/// <param name="Priority"><c>low</c>, <c>medium</c>, <c>high</c> or <c>urgent</c>.</param>
/// <param name="RecurrenceRule">RFC 5545 RRULE, or null; with it the three fields of the series are set.</param>
/// <param name="SeriesStart">DTSTART of the series.</param>
/// <param name="Occurrence">The moment of the series that this task stands for; <paramref name="DueAt"/> may have been moved away from it.</param>
/// <param name="Version">1 at creation, one more with each change.</param>
public sealed record TaskSnapshot(
    long Id,
    string UserId,
    string Title,
    string? Description,
    string Priority,
    bool Completed,
    DateTimeOffset? CompletedAt,
    DateTimeOffset? DueAt,
    string? RecurrenceRule,
    Guid? SeriesId,
    DateTimeOffset? SeriesStart,
    DateTimeOffset? Occurrence,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>Data of <see cref="EventTypes.TaskCreated"/> and <see cref="EventTypes.TaskDeleted"/>.</summary>
public sealed record TaskChanged(TaskSnapshot Task);

/// <summary>Data of <see cref="EventTypes.TaskUpdated"/>.</summary>
/// <param name="Changes">Names of the fields that changed, as in the REST API: <c>title</c>, <c>dueAt</c>, <c>completed</c>, …</param>
public sealed record TaskUpdated(TaskSnapshot Task, IReadOnlyList<string> Changes);

/// <summary>Data of <see cref="EventTypes.TaskCompleted"/>.</summary>
/// <param name="TimeZone">IANA name of the owner's zone, on whose clock the rule is read.</param>
public sealed record TaskCompleted(TaskSnapshot Task, string TimeZone);

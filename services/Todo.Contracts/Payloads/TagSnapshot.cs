namespace Todo.Contracts.Payloads;

/// <summary>A tag as it was when the event happened. A task has up to 10.</summary>
/// <param name="Id">Number of the tag; the platform's, from its database.</param>
/// <param name="UserId">The owner: <c>sub</c> of the JWT.</param>
/// <param name="Name">1 to 30 characters; the owner has no other tag of this name.</param>
/// <param name="Color"><c>#</c> and 6 hexadecimal digits; null: none chosen.</param>
/// <param name="CreatedAt">By the database's clock.</param>
/// <param name="UpdatedAt">Last change, by the database's clock.</param>
public sealed record TagSnapshot(long Id, string UserId, string Name, string? Color, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>Data of <see cref="EventTypes.TagCreated"/>.</summary>
/// <param name="Tag">The tag after its creation.</param>
public sealed record TagCreated(TagSnapshot Tag);

/// <summary>Data of <see cref="EventTypes.TagUpdated"/>.</summary>
/// <param name="Tag">The tag after the change.</param>
/// <param name="Changes">Names of the tag's fields that changed, as they are called here.</param>
public sealed record TagUpdated(TagSnapshot Tag, IReadOnlyList<string> Changes);

/// <summary>Data of <see cref="EventTypes.TagDeleted"/>.</summary>
/// <param name="Tag">The tag before its end.</param>
/// <param name="TasksAffected">How many tasks had it.</param>
public sealed record TagDeleted(TagSnapshot Tag, long TasksAffected);

namespace Todo.Contracts.Payloads;

/// <summary>A category as it was when the event happened. A task has at most one.</summary>
/// <param name="Id">Number of the category; the platform's, from its database.</param>
/// <param name="UserId">The owner: <c>sub</c> of the JWT.</param>
/// <param name="Name">1 to 50 characters; the owner has no other category of this name.</param>
/// <param name="Color"><c>#</c> and 6 hexadecimal digits; null: none chosen.</param>
/// <param name="CreatedAt">By the database's clock.</param>
/// <param name="UpdatedAt">Last change, by the database's clock.</param>
public sealed record CategorySnapshot(long Id, string UserId, string Name, string? Color, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>Data of <see cref="EventTypes.CategoryCreated"/>.</summary>
/// <param name="Category">The category after its creation.</param>
public sealed record CategoryCreated(CategorySnapshot Category);

/// <summary>Data of <see cref="EventTypes.CategoryUpdated"/>.</summary>
/// <param name="Category">The category after the change.</param>
/// <param name="Changes">Names of the category's fields that changed, as they are called here.</param>
public sealed record CategoryUpdated(CategorySnapshot Category, IReadOnlyList<string> Changes);

/// <summary>Data of <see cref="EventTypes.CategoryDeleted"/>.</summary>
/// <param name="Category">The category before its end.</param>
/// <param name="TasksAffected">How many tasks were in it.</param>
public sealed record CategoryDeleted(CategorySnapshot Category, long TasksAffected);

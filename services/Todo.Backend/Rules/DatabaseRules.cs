using Npgsql;

namespace Todo.Backend.Rules;

/// <summary>
/// The rules that only the database can keep when several requests come at once, by the names of its constraints (Todo.Contracts/Schema).
/// </summary>
internal static class DatabaseRules
{
    private static readonly Dictionary<string, Refusal> ByConstraint = new()
    {
        ["categories_name"] = new(RefusalKind.NameTaken, "name", "There is another category of this name."),
        ["categories_limit"] = new(RefusalKind.LimitReached, "name", "There are 50 categories, the most a user can have. Delete one first."),
        ["tags_name"] = new(RefusalKind.NameTaken, "name", "There is another tag of this name."),
        ["tags_limit"] = new(RefusalKind.LimitReached, "name", "There are 100 tags, the most a user can have. Delete one first."),
        ["task_tags_limit"] = new(RefusalKind.LimitReached, "tagIds", "The task has 10 tags, the most a task can have. Remove one first."),
        ["tasks_category"] = new(RefusalKind.NoSuchObject, "categoryId", "There is no such category."),
        ["task_tags_tag"] = new(RefusalKind.NoSuchObject, "tagIds", "There is no such tag."),
    };

    /// <exception cref="RefusedException">The work is against a rule.</exception>
    public static async Task<T> KeepAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (PostgresException e) when (e.ConstraintName is { } name && ByConstraint.ContainsKey(name))
        {
            throw new RefusedException(ByConstraint[e.ConstraintName]);
        }
    }
}

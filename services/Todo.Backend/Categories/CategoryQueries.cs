using Npgsql;
using Todo.Backend.Labels;

namespace Todo.Backend.Categories;

/// <summary>Reads a user's categories.</summary>
internal sealed class CategoryQueries(NpgsqlDataSource database)
{
    private static readonly LabelStore Store = new(LabelKind.Category);

    public Task<Label?> FindAsync(string userId, long id, CancellationToken cancellationToken) => Store.FindAsync(database, userId, id, cancellationToken);

    /// <summary>All of them, oldest first, each with the number of its tasks.</summary>
    public Task<IReadOnlyList<Label>> ListAsync(string userId, CancellationToken cancellationToken) => Store.ListAsync(database, userId, cancellationToken);
}

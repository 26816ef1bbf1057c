using Npgsql;
using Todo.Backend.Labels;

namespace Todo.Backend.Tags;

/// <summary>Reads a user's tags.</summary>
internal sealed class TagQueries(NpgsqlDataSource database)
{
    private static readonly LabelStore Store = new(LabelKind.Tag);

    public Task<Label?> FindAsync(string userId, long id, CancellationToken cancellationToken) => Store.FindAsync(database, userId, id, cancellationToken);

    /// <summary>All of them, oldest first, each with the number of its tasks.</summary>
    public Task<IReadOnlyList<Label>> ListAsync(string userId, CancellationToken cancellationToken) => Store.ListAsync(database, userId, cancellationToken);
}

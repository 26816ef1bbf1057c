using Npgsql;

namespace Todo.Backend.Labels;

/// <summary>Reads a user's labels of one kind.</summary>
internal abstract class LabelQueries(LabelKind kind, NpgsqlDataSource database)
{
    private readonly LabelStore _store = new(kind);

    public Task<Label?> FindAsync(string userId, long id, CancellationToken cancellationToken) => _store.FindAsync(database, userId, id, cancellationToken);

    /// <summary>All of them, oldest first, each with the number of its tasks.</summary>
    public Task<IReadOnlyList<Label>> ListAsync(string userId, CancellationToken cancellationToken) => _store.ListAsync(database, userId, cancellationToken);
}

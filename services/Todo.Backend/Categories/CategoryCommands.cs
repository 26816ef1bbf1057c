using System.Text.Json;
using Npgsql;
using Todo.Backend.Labels;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Messaging.Publishing;

namespace Todo.Backend.Categories;

/// <summary>
/// Changes of categories, each with its event in the caller's transaction. A null result: this user has no such category.
/// </summary>
/// <exception cref="Rules.RefusedException">The name is taken, or there are too many.</exception>
internal sealed class CategoryCommands(IOutbox outbox)
{
    private static readonly LabelEvents Events = new(
        "category-",
        "categories/",
        EventTypes.CategoryCreated,
        EventTypes.CategoryUpdated,
        EventTypes.CategoryDeleted,
        label => JsonSerializer.SerializeToNode(new CategoryCreated(Snapshot(label)), PayloadJson.Default.CategoryCreated)!,
        (label, changes) => JsonSerializer.SerializeToNode(new CategoryUpdated(Snapshot(label), changes), PayloadJson.Default.CategoryUpdated)!,
        (label, tasks) => JsonSerializer.SerializeToNode(new CategoryDeleted(Snapshot(label), tasks), PayloadJson.Default.CategoryDeleted)!);

    private readonly LabelChanges _changes = new(new LabelStore(LabelKind.Category), Events, outbox);

    public Task<Label> CreateAsync(NpgsqlTransaction transaction, string userId, LabelInput input, CancellationToken cancellationToken) =>
        _changes.CreateAsync(transaction, userId, input, cancellationToken);

    /// <summary>Changes what is different; nothing different publishes nothing.</summary>
    public Task<Label?> UpdateAsync(NpgsqlTransaction transaction, string userId, long id, LabelInput input, CancellationToken cancellationToken) =>
        _changes.UpdateAsync(transaction, userId, id, input, cancellationToken);

    /// <summary>Deletes it and takes it off its tasks, whose number is in the result.</summary>
    public Task<Label?> DeleteAsync(NpgsqlTransaction transaction, string userId, long id, CancellationToken cancellationToken) =>
        _changes.DeleteAsync(transaction, userId, id, cancellationToken);

    private static CategorySnapshot Snapshot(Label label) => new(label.Id, label.UserId, label.Name, label.Color, label.CreatedAt, label.UpdatedAt);
}

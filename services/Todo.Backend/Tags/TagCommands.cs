using System.Text.Json;
using Npgsql;
using Todo.Backend.Labels;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Messaging.Publishing;

namespace Todo.Backend.Tags;

/// <summary>
/// Changes of tags, each with its event in the caller's transaction. A null result: this user has no such tag.
/// </summary>
/// <exception cref="Rules.RefusedException">The name is taken, or there are too many.</exception>
internal sealed class TagCommands(IOutbox outbox)
{
    private static readonly LabelEvents Events = new(
        "tag-",
        "tags/",
        EventTypes.TagCreated,
        EventTypes.TagUpdated,
        EventTypes.TagDeleted,
        label => JsonSerializer.SerializeToNode(new TagCreated(Snapshot(label)), PayloadJson.Default.TagCreated)!,
        (label, changes) => JsonSerializer.SerializeToNode(new TagUpdated(Snapshot(label), changes), PayloadJson.Default.TagUpdated)!,
        (label, tasks) => JsonSerializer.SerializeToNode(new TagDeleted(Snapshot(label), tasks), PayloadJson.Default.TagDeleted)!);

    private readonly LabelChanges _changes = new(new LabelStore(LabelKind.Tag), Events, outbox);

    public Task<Label> CreateAsync(NpgsqlTransaction transaction, string userId, LabelInput input, CancellationToken cancellationToken) =>
        _changes.CreateAsync(transaction, userId, input, cancellationToken);

    /// <summary>Changes what is different; nothing different publishes nothing.</summary>
    public Task<Label?> UpdateAsync(NpgsqlTransaction transaction, string userId, long id, LabelInput input, CancellationToken cancellationToken) =>
        _changes.UpdateAsync(transaction, userId, id, input, cancellationToken);

    /// <summary>Deletes it and takes it off its tasks, whose number is in the result.</summary>
    public Task<Label?> DeleteAsync(NpgsqlTransaction transaction, string userId, long id, CancellationToken cancellationToken) =>
        _changes.DeleteAsync(transaction, userId, id, cancellationToken);

    private static TagSnapshot Snapshot(Label label) => new(label.Id, label.UserId, label.Name, label.Color, label.CreatedAt, label.UpdatedAt);
}

using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using Todo.Contracts;
using Todo.Messaging.Publishing;

namespace Todo.Backend.Labels;

/// <summary>The events of one kind of label.</summary>
/// <param name="Key">Start of the key; a task, a category and a tag may have the same number.</param>
/// <param name="Path">Start of the subject.</param>
internal sealed record LabelEvents(
    string Key,
    string Path,
    string Created,
    string Updated,
    string Deleted,
    Func<Label, JsonNode> CreatedData,
    Func<Label, IReadOnlyList<string>, JsonNode> UpdatedData,
    Func<Label, long, JsonNode> DeletedData);

/// <summary>
/// Changes of labels of one kind, each with its event in the caller's transaction. A null result: this user has no such label.
/// </summary>
/// <exception cref="Rules.RefusedException">The name is taken, or there are too many.</exception>
internal abstract class LabelCommands(LabelKind kind, LabelEvents events, IOutbox outbox)
{
    private readonly LabelStore _store = new(kind);

    public async Task<Label> CreateAsync(NpgsqlTransaction transaction, string userId, LabelInput input, CancellationToken cancellationToken)
    {
        var label = await _store.InsertAsync(transaction, userId, input.Name.Value!, input.Color.Value, cancellationToken);
        await PublishAsync(transaction, events.Created, label, events.CreatedData(label), cancellationToken);
        return label;
    }

    /// <summary>Changes what is different; nothing different publishes nothing.</summary>
    public async Task<Label?> UpdateAsync(NpgsqlTransaction transaction, string userId, long id, LabelInput input, CancellationToken cancellationToken)
    {
        if (await _store.LockAsync(transaction, userId, id, cancellationToken) is not { } before)
        {
            return null;
        }

        var wanted = before with { Name = input.Name.Or(before.Name)!, Color = input.Color.Or(before.Color) };
        if (wanted == before)
        {
            return before;
        }

        var after = await _store.UpdateAsync(transaction, wanted, cancellationToken);
        List<string> changes = [.. before.Name != after.Name ? ["name"] : Array.Empty<string>(), .. before.Color != after.Color ? ["color"] : Array.Empty<string>()];
        await PublishAsync(transaction, events.Updated, after, events.UpdatedData(after, changes), cancellationToken);
        return after;
    }

    /// <summary>Deletes it and takes it off its tasks, whose number is in the result.</summary>
    public async Task<Label?> DeleteAsync(NpgsqlTransaction transaction, string userId, long id, CancellationToken cancellationToken)
    {
        if (await _store.LockAsync(transaction, userId, id, cancellationToken) is not { } label)
        {
            return null;
        }

        var tasks = await _store.DeleteAsync(transaction, label, cancellationToken);
        await PublishAsync(transaction, events.Deleted, label, events.DeletedData(label, tasks), cancellationToken);
        return label with { TaskCount = tasks };
    }

    private async Task PublishAsync(NpgsqlTransaction transaction, string type, Label label, JsonNode data, CancellationToken cancellationToken)
    {
        var id = label.Id.ToString(CultureInfo.InvariantCulture);
        await outbox.AddAsync(transaction, new OutgoingEvent(Topics.TaskEvents, type, events.Key + id, events.Path + id, data), cancellationToken);
    }
}

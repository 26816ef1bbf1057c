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
    string Key, string Path, string Created, string Updated, string Deleted, Func<Label, JsonNode> CreatedData, Func<Label, IReadOnlyList<string>, JsonNode> UpdatedData, Func<Label, long, JsonNode> DeletedData);

/// <summary>Changes of labels of one kind, each with its event in the caller's transaction.</summary>
internal sealed class LabelChanges(LabelStore store, LabelEvents events, IOutbox outbox)
{
    public async Task<Label> CreateAsync(NpgsqlTransaction transaction, string userId, LabelInput input, CancellationToken cancellationToken)
    {
        var label = await store.InsertAsync(transaction, userId, input.Name.Value!, input.Color.Value, cancellationToken);
        await PublishAsync(transaction, events.Created, label, events.CreatedData(label), cancellationToken);
        return label;
    }

    public async Task<Label?> UpdateAsync(NpgsqlTransaction transaction, string userId, long id, LabelInput input, CancellationToken cancellationToken)
    {
        if (await store.LockAsync(transaction, userId, id, cancellationToken) is not { } before)
        {
            return null;
        }

        var wanted = before with { Name = input.Name.Or(before.Name)!, Color = input.Color.Or(before.Color) };
        if (wanted == before)
        {
            return before;
        }

        var after = await store.UpdateAsync(transaction, wanted, cancellationToken);
        List<string> changes = [.. before.Name != after.Name ? ["name"] : Array.Empty<string>(), .. before.Color != after.Color ? ["color"] : Array.Empty<string>()];
        await PublishAsync(transaction, events.Updated, after, events.UpdatedData(after, changes), cancellationToken);
        return after;
    }

    /// <summary>The label as it was last, with the number of tasks that had it.</summary>
    public async Task<Label?> DeleteAsync(NpgsqlTransaction transaction, string userId, long id, CancellationToken cancellationToken)
    {
        if (await store.LockAsync(transaction, userId, id, cancellationToken) is not { } label)
        {
            return null;
        }

        var tasks = await store.DeleteAsync(transaction, label, cancellationToken);
        await PublishAsync(transaction, events.Deleted, label, events.DeletedData(label, tasks), cancellationToken);
        return label with { TaskCount = tasks };
    }

    private async Task PublishAsync(NpgsqlTransaction transaction, string type, Label label, JsonNode data, CancellationToken cancellationToken)
    {
        var id = label.Id.ToString(CultureInfo.InvariantCulture);
        await outbox.AddAsync(transaction, new OutgoingEvent(Topics.TaskEvents, type, events.Key + id, events.Path + id, data), cancellationToken);
    }
}

using System.Text.Json;
using Todo.Backend.Labels;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Messaging.Publishing;

namespace Todo.Backend.Tags;

/// <summary>Changes of tags.</summary>
internal sealed class TagCommands(IOutbox outbox) : LabelCommands(LabelKind.Tag, Events, outbox)
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

    private static TagSnapshot Snapshot(Label label) => new(label.Id, label.UserId, label.Name, label.Color, label.CreatedAt, label.UpdatedAt);
}

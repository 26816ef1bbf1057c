using System.Text.Json;
using Todo.Backend.Labels;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Messaging.Publishing;

namespace Todo.Backend.Categories;

/// <summary>Changes of categories.</summary>
internal sealed class CategoryCommands(IOutbox outbox) : LabelCommands(LabelKind.Category, Events, outbox)
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

    private static CategorySnapshot Snapshot(Label label) => new(label.Id, label.UserId, label.Name, label.Color, label.CreatedAt, label.UpdatedAt);
}

using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selection;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Reading;

/// <summary>Which objects of a resource are meant.</summary>
internal sealed class ObjectFilter(ResourceInfo resource, string? ns, LabelSelector labels, FieldSelector fields)
{
    public string? Namespace { get; } = ns;

    public bool Matches(StoredObject value)
    {
        if (Namespace is not null && value.Key.Namespace != Namespace)
        {
            return false;
        }

        if (!labels.IsEverything && !labels.Matches(value.Value.ObjectAt("metadata", "labels")))
        {
            return false;
        }

        return fields.IsEverything || fields.Matches(resource.View.IsStored(value.Value) ? value.Value : resource.View.FromStored(value.Copy()));
    }

    /// <summary>The change as seen through the filter: an object that stops matching is gone for the watcher. Null: nothing to see.</summary>
    public ObjectEventType? See(StoreEvent change)
    {
        var was = change.Previous is not null && Matches(change.Previous);
        var isNow = change.Type != ObjectEventType.Deleted && Matches(change.Object);
        return (was, isNow) switch
        {
            (false, true) => ObjectEventType.Added,
            (true, true) => ObjectEventType.Modified,
            (true, false) => ObjectEventType.Deleted,
            _ => null,
        };
    }
}

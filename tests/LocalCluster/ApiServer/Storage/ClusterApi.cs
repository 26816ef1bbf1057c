using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Writing;

namespace LocalCluster.ApiServer.Storage;

/// <summary>The cluster for callers in this process.</summary>
internal sealed class ClusterApi(Cluster cluster, ObjectWriter writer, ObjectDeleter deleter) : IClusterApi
{
    public JsonObject? Get(ResourceType type, string? ns, string name)
    {
        var resource = Resource(type);
        return cluster.Store.Find(resource.Storage, Key(type, ns, name)) is { } found ? resource.View.FromStored(found.Copy()) : null;
    }

    public ObjectList List(ResourceType type, string? ns = null)
    {
        var resource = Resource(type);
        var snapshot = cluster.Store.Read(resource.Storage);
        return new ObjectList([.. snapshot.In(ns).Select(o => resource.View.FromStored(o.Copy()))], snapshot.Version);
    }

    public JsonObject Create(ResourceType type, JsonObject value, string fieldManager) =>
        writer.Create(Resource(type), value.TextAt("metadata", "namespace"), value, new WriteOptions(fieldManager)).Value;

    public JsonObject Update(ResourceType type, JsonObject value, string fieldManager) =>
        Replace(type, value, new WriteOptions(fieldManager));

    public JsonObject UpdateStatus(ResourceType type, JsonObject value, string fieldManager) =>
        Replace(type, value, new WriteOptions(fieldManager) { Subresource = "status" });

    public bool Delete(ResourceType type, string? ns, string name, DeleteRequest? request = null) =>
        deleter.Delete(Resource(type), Key(type, ns, name), request ?? new DeleteRequest(), dryRun: false) is not null;

    public async IAsyncEnumerable<ObjectEvent> WatchAsync(
        ResourceType type, string? ns, long resourceVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resource = Resource(type);
        if (resourceVersion == 0)
        {
            var snapshot = cluster.Store.Read(resource.Storage);
            foreach (var existing in snapshot.In(ns))
            {
                yield return new ObjectEvent(ObjectEventType.Added, resource.View.FromStored(existing.Copy()), existing.Version);
            }

            resourceVersion = snapshot.Version;
        }

        var cursor = cluster.Store.Follow(resource.Storage, resourceVersion);
        while (true)
        {
            foreach (var change in cursor.Read().Where(c => ns is null || c.Object.Key.Namespace == ns))
            {
                yield return new ObjectEvent(change.Type, resource.View.FromStored(change.Object.Copy()), change.Version);
            }

            await cursor.Changed.WaitAsync(cancellationToken);
        }
    }

    private JsonObject Replace(ResourceType type, JsonObject value, WriteOptions options) =>
        writer.Update(Resource(type), ObjectKey.Of(value), _ => value, options).Value;

    private ResourceInfo Resource(ResourceType type) => cluster.Catalog.Find(type) ?? throw ApiErrors.NoSuchPath();

    private static ObjectKey Key(ResourceType type, string? ns, string name) => new(type.Namespaced ? ns ?? "" : "", name);
}

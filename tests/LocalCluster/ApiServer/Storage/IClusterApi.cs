using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Storage;

/// <summary>
/// The cluster's objects as the built-in controllers and the node see them: the same rules as over HTTP (validation,
/// resourceVersion conflicts, generation, managedFields, finalizers), without the wire. Objects that come out are copies.
/// </summary>
/// <remarks>Failures are <see cref="ApiException"/> with Kubernetes' reason; a missing object is <c>null</c> on Get.</remarks>
public interface IClusterApi
{
    /// <summary>The object, or null.</summary>
    JsonObject? Get(ResourceType type, string? ns, string name);

    /// <summary>All objects of a type, in one namespace or (null) in all, with the version the list is of.</summary>
    ObjectList List(ResourceType type, string? ns = null);

    /// <summary>Creates; <c>metadata.generateName</c> is honoured. AlreadyExists when the name is taken.</summary>
    JsonObject Create(ResourceType type, JsonObject value, string fieldManager);

    /// <summary>Replaces spec and metadata. With <c>metadata.resourceVersion</c> set it must match, else Conflict. Status is left alone.</summary>
    JsonObject Update(ResourceType type, JsonObject value, string fieldManager);

    /// <summary>Replaces only <c>.status</c>.</summary>
    JsonObject UpdateStatus(ResourceType type, JsonObject value, string fieldManager);

    /// <summary>
    /// Deletes: with finalizers (or, for a pod on a node, a grace period above zero) sets <c>deletionTimestamp</c>, else removes.
    /// Idempotent: false when there was nothing to delete.
    /// </summary>
    bool Delete(ResourceType type, string? ns, string name, DeleteRequest? request = null);

    /// <summary>
    /// Changes after <paramref name="resourceVersion"/> (0: first everything that exists, as Added), in order, until cancelled.
    /// A version that has been compacted away throws <see cref="ApiException"/> with reason Expired.
    /// </summary>
    IAsyncEnumerable<ObjectEvent> WatchAsync(ResourceType type, string? ns, long resourceVersion, CancellationToken cancellationToken);
}

/// <summary>A resource by its place in the API: <c>apps/v1 deployments</c>.</summary>
public sealed record ResourceType(string Group, string Version, string Plural, string Kind, bool Namespaced = true)
{
    /// <summary><c>v1</c> or <c>apps/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}

/// <summary>Items of one list, and the resourceVersion to watch from.</summary>
public sealed record ObjectList(IReadOnlyList<JsonObject> Items, long ResourceVersion);

/// <summary>Options of a delete; null fields mean the resource's default.</summary>
public sealed record DeleteRequest(int? GracePeriodSeconds = null, string? PropagationPolicy = null, string? Uid = null, string? ResourceVersion = null);

/// <summary>One change of one object.</summary>
public sealed record ObjectEvent(ObjectEventType Type, JsonObject Object, long ResourceVersion);

/// <summary>Kubernetes' watch event types.</summary>
public enum ObjectEventType
{
    /// <summary>The object is new to the watcher.</summary>
    Added,

    /// <summary>The object changed.</summary>
    Modified,

    /// <summary>The object is gone; the event carries its last state.</summary>
    Deleted,
}

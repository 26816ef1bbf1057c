using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Writing;

/// <summary>
/// Creates and changes objects: the one way to the store, for requests over HTTP and for callers in this process.
/// Changes are made on a copy outside the store's lock and swapped in; when somebody else was faster they are made again.
/// </summary>
internal sealed class ObjectWriter(Cluster cluster)
{
    public WriteResult Create(ResourceInfo resource, string? ns, JsonObject body, WriteOptions options)
    {
        var value = JsonText.Normalize(body);
        MetadataRules.Place(resource, value, ns, name: null);
        if (value.TextAt("metadata", "resourceVersion") is { Length: > 0 })
        {
            throw ApiErrors.BadRequest("resourceVersion should not be set on objects to be created");
        }

        MetadataRules.NameNew(resource, value);
        MetadataRules.StampNew(resource, value, cluster.Time.GetUtcNow());
        if (resource.HasStatus)
        {
            value.Remove("status");
        }

        resource.Strategy.PrepareForCreate(value);
        resource.Strategy.Default(value);
        Admit(resource, value);
        MetadataRules.Tidy(value);
        CheckNamespace(resource, value);
        Validate(resource, value, old: null);
        if (options.DryRun)
        {
            return new WriteResult(value, Created: true);
        }

        resource.Strategy.Complete(value);
        var stored = cluster.Store.TryAdd(resource.Storage, resource.View.ToStored(value))
            ?? throw ApiErrors.AlreadyExists(resource.Type, ObjectKey.Of(value).Name);
        cluster.RaiseCommitted(resource, removed: false);
        return new WriteResult(resource.View.FromStored(stored.Copy()), Created: true);
    }

    /// <summary>Changes an object by a function from its current state to the wanted one.</summary>
    public WriteResult Update(ResourceInfo resource, ObjectKey key, Func<JsonObject, JsonObject> change, WriteOptions options)
    {
        while (true)
        {
            var current = cluster.Store.Find(resource.Storage, key) ?? throw ApiErrors.NotFound(resource.Type, key.Name);
            var wanted = change(resource.View.FromStored(current.Copy()));
            if (TryChange(resource, current, wanted, options) is { } result)
            {
                return result;
            }
        }
    }

    private WriteResult? TryChange(ResourceInfo resource, StoredObject current, JsonObject wanted, WriteOptions options)
    {
        var old = resource.View.FromStored(current.Copy());
        var value = JsonText.Normalize(wanted);
        MetadataRules.Place(resource, value, resource.Type.Namespaced ? current.Key.Namespace : null, current.Key.Name);
        MetadataRules.KeepServerOwned(resource, value, current, options.IsReplace);
        if (options.Subresource == "status")
        {
            value = WithStatusOf(old, value);
        }
        else if (resource.HasStatus)
        {
            value.SetCopy("status", old["status"]);
        }

        resource.Strategy.PrepareForUpdate(value, old);
        resource.Strategy.Default(value);
        MetadataRules.Tidy(value);
        BumpGeneration(resource, value, old);
        Validate(resource, value, old);
        var removes = IsDone(resource, value);
        if (options.DryRun || (!removes && JsonNode.DeepEquals(value, old)))
        {
            return new WriteResult(value);
        }

        var next = resource.View.ToStored(value);
        var stored = removes
            ? cluster.Store.TryRemove(resource.Storage, current, next)
            : cluster.Store.TryReplace(resource.Storage, current, next);
        if (stored is null)
        {
            return null;
        }

        cluster.RaiseCommitted(resource, removes);
        return new WriteResult(resource.View.FromStored(stored.Copy()));
    }

    /// <summary>True when a deleted object has nothing left to wait for.</summary>
    public static bool IsDone(ResourceInfo resource, JsonObject value) =>
        value.At("metadata", "deletionTimestamp") is not null
        && value.ArrayAt("metadata", "finalizers") is not { Count: > 0 }
        && (value.NumberAt("metadata", "deletionGracePeriodSeconds") ?? 0) == 0
        && !resource.Strategy.IsHeld(value);

    private static JsonObject WithStatusOf(JsonObject old, JsonObject value)
    {
        var result = old.Copy();
        result.SetCopy("status", value["status"]);
        result.Ensure("metadata").SetCopy("managedFields", value.At("metadata", "managedFields"));
        return result;
    }

    private static void BumpGeneration(ResourceInfo resource, JsonObject value, JsonObject old)
    {
        if (!resource.Strategy.TracksGeneration)
        {
            return;
        }

        var fields = value.Select(p => p.Key).Union(old.Select(p => p.Key)).Where(resource.Strategy.IsDesired);
        if (fields.Any(f => !JsonNode.DeepEquals(value[f], old[f])))
        {
            value.Ensure("metadata")["generation"] = (old.NumberAt("metadata", "generation") ?? 0) + 1;
        }
    }

    private void Admit(ResourceInfo resource, JsonObject value)
    {
        if (cluster.Admission is { } admission && resource.Type == ResourceTypes.Pods)
        {
            admission.MutatePod(value);
            resource.Strategy.Default(value);
        }
    }

    private void CheckNamespace(ResourceInfo resource, JsonObject value)
    {
        if (!resource.Type.Namespaced)
        {
            return;
        }

        var name = value.TextAt("metadata", "namespace")!;
        var ns = cluster.Store.Find("namespaces", new ObjectKey("", name)) ?? throw ApiErrors.NotFound(ResourceTypes.Namespaces, name);
        if (ns.Value.At("metadata", "deletionTimestamp") is not null)
        {
            throw ApiErrors.Forbidden(
                resource.Type, ObjectKey.Of(value).Name, $"unable to create new content in namespace {name} because it is being terminated");
        }
    }

    private static void Validate(ResourceInfo resource, JsonObject value, JsonObject? old)
    {
        var errors = new FieldErrors();
        resource.Strategy.Validate(value, old, errors);
        if (errors.Any)
        {
            throw ApiErrors.Invalid(resource.Type, ObjectKey.Of(value).Name, errors);
        }
    }
}

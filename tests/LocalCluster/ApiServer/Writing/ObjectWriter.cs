using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Ownership;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Schemas;
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

        Decoder.Decode(resource, value, options);
        return Add(resource, value, options, applied: null);
    }

    /// <summary>Changes an object by a function from its current state to the wanted one.</summary>
    public WriteResult Update(ResourceInfo resource, ObjectKey key, Func<JsonObject, JsonObject> change, WriteOptions options)
    {
        while (true)
        {
            options.Warnings.Clear();
            var current = cluster.Store.Find(resource.Storage, key) ?? throw ApiErrors.NotFound(resource.Type, key.Name);
            var value = JsonText.Normalize(change(resource.View.FromStored(current.Copy())));
            MetadataRules.RequireName(value, key.Name);
            Place(resource, value, key);
            Decoder.Decode(resource, value, options);
            if (TryChange(resource, current, value, options, isApplied: false) is { } result)
            {
                return result;
            }
        }
    }

    /// <summary>Server-side apply: makes or changes an object so that it has the fields of a configuration, which the manager then owns.</summary>
    public WriteResult Apply(ResourceInfo resource, ObjectKey key, JsonObject config, WriteOptions options)
    {
        config = JsonText.Normalize(config);
        var isNamed = MetadataRules.IsNamed(config);
        Place(resource, config, key);
        Decoder.Decode(resource, config, options);
        while (true)
        {
            var current = cluster.Store.Find(resource.Storage, key);
            var live = current is null ? null : resource.View.FromStored(current.Copy());
            var value = FieldManager.Apply(resource, live, config, options, Now());
            if (current is not null)
            {
                if (TryChange(resource, current, value, options, isApplied: true) is { } changed)
                {
                    return changed;
                }
            }
            else if (TryAddApplied(resource, key, value, isNamed, options) is { } added)
            {
                return added;
            }
        }
    }

    // Null: somebody else has just made the object, so apply to that one.
    private WriteResult? TryAddApplied(ResourceInfo resource, ObjectKey key, JsonObject value, bool isNamed, WriteOptions options)
    {
        if (options.Subresource is not null)
        {
            throw ApiErrors.NotFound(resource.Type, key.Name);
        }

        if (value.TextAt("metadata", "uid") is { Length: > 0 } uid)
        {
            throw ApiErrors.Conflict(
                resource.Type, key.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
        }

        if (!isNamed)
        {
            throw ApiErrors.Unnamed(key.Name);
        }

        try
        {
            return Add(resource, value, options, value.ArrayAt("metadata", "managedFields"));
        }
        catch (ApiException error) when (error.Reason == "AlreadyExists")
        {
            return null;
        }
    }

    private WriteResult Add(ResourceInfo resource, JsonObject value, WriteOptions options, JsonArray? applied)
    {
        MetadataRules.NameNew(resource, value);
        var managed = applied?.DeepClone();
        MetadataRules.StampNew(resource, value, cluster.Time.GetUtcNow());
        if (resource.HasStatus)
        {
            value.Remove("status");
        }

        resource.Strategy.PrepareForCreate(value);
        Default(resource, value);
        Admit(resource, value);
        MetadataRules.Tidy(value);
        CheckNamespace(resource, value);
        if (managed is null)
        {
            FieldManager.Update(resource, old: null, value, options, Now());
        }
        else
        {
            value.Ensure("metadata")["managedFields"] = managed;
        }

        ObjectValidator.Validate(resource, value, old: null);
        if (options.DryRun)
        {
            return cluster.Store.Find(resource.Storage, ObjectKey.Of(value)) is null
                ? new WriteResult(value, Created: true)
                : throw ApiErrors.AlreadyExists(resource.Type, ObjectKey.Of(value).Name);
        }

        resource.Strategy.Complete(value);
        var stored = cluster.Store.TryAdd(resource.Storage, resource.View.ToStored(value))
            ?? throw ApiErrors.AlreadyExists(resource.Type, ObjectKey.Of(value).Name);
        cluster.RaiseCommitted(resource, removed: false);
        return new WriteResult(resource.View.FromStored(stored.Copy()), Created: true);
    }

    // Null: the object has changed meanwhile.
    private WriteResult? TryChange(ResourceInfo resource, StoredObject current, JsonObject value, WriteOptions options, bool isApplied)
    {
        var old = resource.View.FromStored(current.Copy());
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
        Default(resource, value);
        MetadataRules.Tidy(value);
        if (!isApplied)
        {
            FieldManager.Update(resource, old, value, options, Now());
        }

        BumpGeneration(resource, value, old);
        ObjectValidator.Validate(resource, value, old);
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

    private static void Place(ResourceInfo resource, JsonObject value, ObjectKey key) =>
        MetadataRules.Place(resource, value, resource.Type.Namespaced ? key.Namespace : null, key.Name);

    private static void Default(ResourceInfo resource, JsonObject value)
    {
        Defaulter.Apply(value, resource.Schema);
        resource.Strategy.Default(value);
    }

    private void Admit(ResourceInfo resource, JsonObject value)
    {
        if (cluster.Admission is { } admission && resource.Type == ResourceTypes.Pods)
        {
            admission.MutatePod(value);
            Default(resource, value);
        }
    }

    private string Now() => MetadataRules.Timestamp(cluster.Time.GetUtcNow());

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
            throw ApiErrors.NamespaceTerminating(resource.Type, ObjectKey.Of(value).Name, name);
        }
    }
}

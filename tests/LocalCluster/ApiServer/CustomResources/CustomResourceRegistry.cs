using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Writing;

namespace LocalCluster.ApiServer.CustomResources;

/// <summary>Keeps the catalog in step with the stored CustomResourceDefinitions, and ends the objects of a deleted one.</summary>
internal sealed class CustomResourceRegistry(Cluster cluster, ObjectWriter writer, ObjectDeleter deleter)
{
    private static readonly DeleteRequest Background = new();

    private readonly Lock _gate = new();
    private Dictionary<string, (long Version, IReadOnlyList<ResourceInfo> Resources)> _known = [];

    /// <summary>Follows the writes of the cluster.</summary>
    public void Attach() => cluster.Committed += OnCommitted;

    private void OnCommitted(ResourceInfo resource, bool removed)
    {
        if (resource.Type == ResourceTypes.CustomResourceDefinitions)
        {
            Refresh();
            CollectDeleted();
        }
        else if (resource.IsCustom && removed)
        {
            CollectDeleted();
        }
    }

    private void Refresh()
    {
        lock (_gate)
        {
            var next = new Dictionary<string, (long Version, IReadOnlyList<ResourceInfo> Resources)>(StringComparer.Ordinal);
            foreach (var definition in cluster.Store.Read(Definitions.Storage).In(null))
            {
                var isSame = _known.TryGetValue(definition.Key.Name, out var known) && known.Version == definition.Version;
                next[definition.Key.Name] = isSame ? known : (definition.Version, [.. CustomResourceReader.Read(definition.Value)]);
            }

            _known = next;
            cluster.Catalog.ReplaceCustom([.. next.OrderBy(d => d.Key, StringComparer.Ordinal).SelectMany(d => d.Value.Resources)]);
        }
    }

    // Deletes the objects of deleted definitions; when the last is gone the definition goes too.
    private void CollectDeleted()
    {
        // Each deletion below comes back here; the loop that is already running sees its result.
        if (_gate.IsHeldByCurrentThread)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var definition in cluster.Store.Read(Definitions.Storage).In(null).Where(d => d.Value.At("metadata", "deletionTimestamp") is not null))
            {
                DeleteObjects(definition);
            }
        }

        Refresh();
    }

    private void DeleteObjects(StoredObject definition)
    {
        var resource = CustomResourceReader.Read(definition.Value).FirstOrDefault();
        if (resource is not null)
        {
            foreach (var item in cluster.Store.Read(resource.Storage).In(null))
            {
                deleter.Delete(resource, item.Key, Background, dryRun: false);
            }

            if (cluster.Store.Read(resource.Storage).In(null).Any())
            {
                return;
            }
        }

        if (definition.Value.ArrayAt("metadata", "finalizers")?.Any(f => f.AsText() == CustomResourceDefinitionStrategy.CleanupFinalizer) == true)
        {
            writer.Update(Definitions, definition.Key, WithoutFinalizer, new WriteOptions("kube-apiserver"));
        }
    }

    private ResourceInfo Definitions => cluster.Catalog.Find(ResourceTypes.CustomResourceDefinitions)!;

    private static JsonObject WithoutFinalizer(JsonObject definition)
    {
        var finalizers = definition.ArrayAt("metadata", "finalizers")?.Select(f => f.AsText()) ?? [];
        var left = finalizers.Where(f => f != CustomResourceDefinitionStrategy.CleanupFinalizer);
        definition.Ensure("metadata")["finalizers"] = new JsonArray([.. left.Select(f => (JsonNode?)f)]);
        return definition;
    }
}

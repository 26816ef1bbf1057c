using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Writing;

/// <summary>Deletes objects, or marks them as deleted when finalizers, a grace period or the resource's own rules keep them.</summary>
internal sealed class ObjectDeleter(Cluster cluster)
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";
    private static readonly string[] Policies = ["Foreground", "Background", "Orphan"];

    /// <returns>Null when there was no such object.</returns>
    public DeleteResult? Delete(ResourceInfo resource, ObjectKey key, DeleteRequest request, bool dryRun)
    {
        while (true)
        {
            var current = cluster.Store.Find(resource.Storage, key);
            if (current is null)
            {
                return null;
            }

            CheckPreconditions(resource, current, request);
            var value = current.Copy();
            Mark(resource, value, request);
            var removes = ObjectWriter.IsDone(resource, value);
            if (dryRun || (!removes && JsonNode.DeepEquals(value, current.Value)))
            {
                return new DeleteResult(resource.View.FromStored(value), removes);
            }

            var stored = removes
                ? cluster.Store.TryRemove(resource.Storage, current, value)
                : cluster.Store.TryReplace(resource.Storage, current, value);
            if (stored is not null)
            {
                cluster.RaiseCommitted(resource, removes);
                return new DeleteResult(resource.View.FromStored(stored.Copy()), removes);
            }
        }
    }

    private static void CheckPreconditions(ResourceInfo resource, StoredObject current, DeleteRequest request)
    {
        var uid = current.Value.TextAt("metadata", "uid");
        if (request.Uid is { Length: > 0 } meant && meant != uid)
        {
            throw ApiErrors.DeleteConflict(
                resource.Type, current.Key.Name,
                $"the UID in the precondition ({meant}) does not match the UID in record ({uid}). The object might have been deleted and then recreated");
        }

        var version = current.Version.ToString(CultureInfo.InvariantCulture);
        if (request.ResourceVersion is { Length: > 0 } expected && expected != version)
        {
            throw ApiErrors.DeleteConflict(
                resource.Type, current.Key.Name,
                $"the ResourceVersion in the precondition ({expected}) does not match the ResourceVersion in record ({version}). The object might have been modified");
        }
    }

    private void Mark(ResourceInfo resource, JsonObject value, DeleteRequest request)
    {
        if (request.PropagationPolicy is { } policy && !Policies.Contains(policy, StringComparer.Ordinal))
        {
            var errors = new FieldErrors();
            errors.NotSupported("propagationPolicy", policy, Policies.Append("nil").Select(static p => $"\"{p}\""));
            throw ApiErrors.Invalid("DeleteOptions", "meta.k8s.io", "", errors);
        }

        var metadata = value.Ensure("metadata");
        var grace = resource.Strategy.GracePeriod(value, request.GracePeriodSeconds);
        if (metadata["deletionTimestamp"] is null)
        {
            Propagate(metadata, request.PropagationPolicy);
            Stamp(metadata, grace);
            resource.Strategy.MarkDeleted(value);
            if (resource.Strategy.TracksGeneration)
            {
                metadata["generation"] = (metadata.NumberAt("generation") ?? 0) + 1;
            }
        }
        else if (grace < (metadata.NumberAt("deletionGracePeriodSeconds") ?? 0))
        {
            // Asking again can only shorten the time that is left.
            Stamp(metadata, grace);
        }
        else if ((metadata.NumberAt("deletionGracePeriodSeconds") ?? 0) == 0)
        {
            Propagate(metadata, request.PropagationPolicy);
        }
    }

    private void Stamp(JsonObject metadata, long grace)
    {
        metadata["deletionTimestamp"] = MetadataRules.Timestamp(cluster.Time.GetUtcNow().AddSeconds(grace));
        metadata["deletionGracePeriodSeconds"] = grace;
    }

    // The garbage collector does what these finalizers stand for, then takes them off. A policy replaces that of before; without one what stands there holds.
    private static void Propagate(JsonObject metadata, string? policy)
    {
        if (policy is null)
        {
            return;
        }

        var others = metadata.ArrayAt("finalizers")?.Select(static f => f.AsText()).Where(static f => f is not (Foreground or Orphan)) ?? [];
        IEnumerable<string?> own = policy switch { "Foreground" => [Foreground], "Orphan" => [Orphan], _ => [] };
        metadata["finalizers"] = new JsonArray([.. others.Concat(own).Select(static f => (JsonNode?)f)]);
        if (metadata["finalizers"] is JsonArray { Count: 0 })
        {
            metadata.Remove("finalizers");
        }
    }
}

/// <summary>The object's last or marked state, and whether it is gone.</summary>
internal sealed record DeleteResult(JsonObject Value, bool Removed);

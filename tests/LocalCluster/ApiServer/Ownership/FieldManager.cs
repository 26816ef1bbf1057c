using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Schemas;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Writing;

namespace LocalCluster.ApiServer.Ownership;

/// <summary>
/// Keeps <c>metadata.managedFields</c> and does server-side apply
/// (<see href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">Kubernetes documentation</see>).
/// </summary>
internal static class FieldManager
{
    /// <summary>Writes the entries of <paramref name="value"/> after a change that was not an apply.</summary>
    /// <param name="old">The object before; null: it is new.</param>
    /// <param name="time">Now, as a time stamp.</param>
    public static void Update(ResourceInfo resource, JsonObject? old, JsonObject value, WriteOptions options, string time)
    {
        var subresource = options.Subresource ?? "";
        var changes = FieldChanges.Between(Comparable(resource, old ?? [], subresource), Comparable(resource, value, subresource), resource.Schema);
        var changed = FieldSets.Ownable(changes.AddedOrModified);
        var entry = new ManagedEntry(options.FieldManager, IsApply: false, resource.Type.ApiVersion, subresource, time, changed);
        var entries = Entries(old, value, subresource);
        var own = entries.FirstOrDefault(entry.IsSameManager);
        var result = entries.Where(e => e != own).Select(e => e with { Fields = e.Fields.Subtract(changed).Subtract(changes.Removed) }).ToList();
        var fields = (own?.Fields ?? FieldSet.Empty).Subtract(changes.Removed).Union(changed);
        var isSame = own is not null && changed.IsEmpty && own.Fields.SetEquals(fields);
        var place = own is null ? result.Count : entries.ToList().IndexOf(own);
        result.Insert(place, isSame ? own! : entry with { Fields = fields });
        ManagedFields.Write(value, result);
    }

    /// <summary>The object that comes of applying a configuration to <paramref name="live"/>, with its entries.</summary>
    /// <exception cref="ApiException">Conflict: another manager owns a field that would change, and force was not asked for.</exception>
    public static JsonObject Apply(ResourceInfo resource, JsonObject? live, JsonObject config, WriteOptions options, string time)
    {
        var subresource = options.Subresource ?? "";
        var applied = FieldSets.Ownable(FieldSets.Applied(Appliable(resource, config, subresource), resource.Schema));
        var entry = new ManagedEntry(options.FieldManager, IsApply: true, resource.Type.ApiVersion, subresource, time, applied);
        if (live is null)
        {
            var created = config.Copy();
            ManagedFields.Write(created, [entry]);
            return created;
        }

        var entries = Adopted(resource, live);
        var own = entries.FirstOrDefault(entry.IsSameManager);
        var others = entries.Where(e => e != own).ToList();
        var merged = (JsonObject)ApplyMerge.Merge(live, Appliable(resource, config, subresource), resource.Schema)!;
        if (own is not null)
        {
            var foreign = others.Aggregate(FieldSet.Empty, (all, e) => all.Union(e.Fields));
            FieldRemoval.Remove(merged, resource.Schema, own.Fields, applied, foreign);
        }

        var changes = FieldChanges.Between(live, merged, resource.Schema);
        var changed = changes.AddedOrModified;
        var allowed = LastApplied.AllowedConflicts(resource.Schema, live, options.FieldManager);
        var conflicts = others
            .Select(e => (Entry: e, Fields: e.Fields.Intersect(changed).Subtract(allowed)))
            .Where(c => !c.Fields.IsEmpty)
            .ToList();
        if (conflicts.Count > 0 && !options.Force)
        {
            throw ApplyConflicts.Error(resource.Type, ObjectKey.Of(live).Name, conflicts);
        }

        LastApplied.Update(live, merged, config, options.FieldManager);
        var isSame = own is not null && own.Fields.SetEquals(applied) && JsonNode.DeepEquals(live, merged);
        var result = others.Select(e => e with { Fields = e.Fields.Subtract(changed).Subtract(changes.Removed) }).ToList();
        result.Insert(own is null ? result.Count : entries.ToList().IndexOf(own), entry with { Time = isSame ? own!.Time : time });
        ManagedFields.Write(merged, result);
        return merged;
    }

    // Entries that the client sent count when it can be meant (it changed them); else those of the stored object.
    private static IReadOnlyList<ManagedEntry> Entries(JsonObject? old, JsonObject value, string subresource)
    {
        if (old is null)
        {
            return [];
        }

        if (subresource.Length == 0 && ManagedFields.IsReset(value))
        {
            return [];
        }

        var sent = subresource.Length == 0 ? ManagedFields.Read(value) : null;
        return sent is { Count: > 0 } ? sent : ManagedFields.Read(old) ?? [];
    }

    // An object whose entries were thrown away still has owners: whoever they were.
    private static IReadOnlyList<ManagedEntry> Adopted(ResourceInfo resource, JsonObject live)
    {
        var entries = ManagedFields.Read(live) ?? [];
        return entries.Count > 0
            ? entries
            : [new ManagedEntry(
                "before-first-apply", IsApply: false, resource.Type.ApiVersion, "", live.TextAt("metadata", "creationTimestamp"),
                FieldSets.Ownable(FieldSets.Everything(live, resource.Schema)))];
    }

    // What a configuration may say depends on where it is sent: status only to its subresource, and nothing else there.
    private static JsonObject Appliable(ResourceInfo resource, JsonObject config, string subresource)
    {
        var result = config.Copy();
        result.ObjectAt("metadata")?.Remove("managedFields");
        if (subresource == "status")
        {
            var identity = new JsonObject();
            foreach (var field in (ReadOnlySpan<string>)["apiVersion", "kind", "status"])
            {
                identity.SetCopy(field, result[field]);
            }

            return identity;
        }

        if (resource.HasStatus)
        {
            result.Remove("status");
        }

        return result;
    }

    private static JsonObject Comparable(ResourceInfo resource, JsonObject value, string subresource)
    {
        var result = value.Copy();
        result.ObjectAt("metadata")?.Remove("managedFields");
        if (subresource.Length == 0 && resource.HasStatus)
        {
            result.Remove("status");
        }

        return result;
    }
}

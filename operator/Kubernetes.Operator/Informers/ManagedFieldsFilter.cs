using Kubernetes.Client.Models;

namespace Kubernetes.Operator.Informers;

/// <summary>Keeps only the managedFields of our own managers: the others' are up to half of an object and nobody reads them.</summary>
internal sealed class ManagedFieldsFilter(IReadOnlySet<string> managers)
{
    public IList<V1ManagedFieldsEntry>? Keep(IList<V1ManagedFieldsEntry>? entries)
    {
        if (entries is null || managers.Count == 0)
        {
            return null;
        }

        var kept = entries.Where(e => e.Manager is { } manager && managers.Contains(manager)).ToList();

        // A JsonElement keeps the whole document that it was read from; a clone keeps itself.
        foreach (var entry in kept)
        {
            entry.FieldsV1 = entry.FieldsV1?.Clone();
        }

        return kept.Count == 0 ? null : kept;
    }
}

using System.Runtime.InteropServices;
using System.Text.Json;
using Kubernetes.Client.Models;

namespace Kubernetes.Operator.Informers;

/// <summary>Keeps only the managedFields of our own managers: the others' are up to half of an object and nobody reads them.</summary>
/// <remarks>What one owner's objects of a kind have of them is the same, byte for byte: a table of fixed size finds it again, and it is kept once.</remarks>
internal sealed class ManagedFieldsFilter(IReadOnlySet<string> managers)
{
    private const int Size = 256;

    // Boxed, so that a slot is read and written at once.
    private readonly object?[] _known = new object?[Size];

    public IList<V1ManagedFieldsEntry>? Keep(IList<V1ManagedFieldsEntry>? entries)
    {
        if (entries is null || managers.Count == 0)
        {
            return null;
        }

        V1ManagedFieldsEntry[] kept = [.. entries.Where(e => e.Manager is { } manager && managers.Contains(manager))];
        foreach (var entry in kept)
        {
            entry.FieldsV1 = entry.FieldsV1 is { } fields ? Shared(fields) : null;
        }

        return kept.Length == 0 ? null : kept;
    }

    private JsonElement Shared(JsonElement fields)
    {
        var text = JsonMarshal.GetRawUtf8Value(fields);
        var hash = default(HashCode);
        hash.AddBytes(text);
        ref var slot = ref _known[hash.ToHashCode() & (Size - 1)];
        if (slot is JsonElement known && JsonMarshal.GetRawUtf8Value(known).SequenceEqual(text))
        {
            return known;
        }

        // A JsonElement keeps the whole document that it was read from; a clone keeps itself.
        var own = fields.Clone();
        slot = own;
        return own;
    }
}

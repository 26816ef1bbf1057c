using System.Runtime.InteropServices;
using System.Text.Json;
using Kubernetes.Client.Models;

namespace Kubernetes.Operator.Informers;

/// <summary>Keeps only the managedFields of our own managers: the others' are up to half of an object and nobody reads them.</summary>
/// <remarks>What one owner's objects of a kind have of them is the same but for the time, which nobody reads either: it is left out, and the rest kept once.</remarks>
internal sealed class ManagedFieldsFilter(IReadOnlySet<string> managers)
{
    private readonly KeptOnce<IList<V1ManagedFieldsEntry>> _known = new(new ListEquality<V1ManagedFieldsEntry>(new EntryEquality()));

    public IList<V1ManagedFieldsEntry>? Keep(IList<V1ManagedFieldsEntry>? entries)
    {
        if (entries is null || managers.Count == 0)
        {
            return null;
        }

        V1ManagedFieldsEntry[] kept = [.. entries.Where(e => e.Manager is { } manager && managers.Contains(manager))];
        return kept.Length == 0 ? null : _known.Of(kept, Own);
    }

    // A JsonElement keeps the whole document that it was read from; a clone keeps itself.
    private static V1ManagedFieldsEntry[] Own(IList<V1ManagedFieldsEntry> entries) =>
        [.. entries.Select(static e => e with { Time = null, FieldsV1 = e.FieldsV1?.Clone() })];

    private sealed class EntryEquality : IEqualityComparer<V1ManagedFieldsEntry>
    {
        public bool Equals(V1ManagedFieldsEntry? x, V1ManagedFieldsEntry? y) =>
            x is not null && y is not null && x.Manager == y.Manager && x.Operation == y.Operation && x.ApiVersion == y.ApiVersion && x.Subresource == y.Subresource && x.FieldsType == y.FieldsType
            && Text(x.FieldsV1).SequenceEqual(Text(y.FieldsV1));

        public int GetHashCode(V1ManagedFieldsEntry obj)
        {
            var hash = default(HashCode);
            hash.Add(obj.Manager);
            hash.AddBytes(Text(obj.FieldsV1));
            return hash.ToHashCode();
        }

        private static ReadOnlySpan<byte> Text(JsonElement? fields) => fields is { ValueKind: not JsonValueKind.Undefined } given ? JsonMarshal.GetRawUtf8Value(given) : [];
    }
}

namespace Kubernetes.Operator.Informers;

/// <summary>
/// Finds an equal value that was seen before, so that thousands of objects with the same labels, annotations and owners keep them once. A table of fixed size: what is seen only once
/// displaces others and does not stay.
/// </summary>
internal sealed class KeptOnce<T>(IEqualityComparer<T> equality) where T : class
{
    private const int Size = 256;

    private readonly T?[] _known = new T?[Size];

    public T? Of(T? value, Func<T, T>? own = null)
    {
        if (value is null)
        {
            return null;
        }

        // Another thread may write the slot meanwhile: it holds one or the other, and what is read is compared before it is used.
        ref var slot = ref _known[equality.GetHashCode(value) & (Size - 1)];
        var known = slot;
        return known is not null && equality.Equals(known, value) ? known : slot = own is null ? value : own(value);
    }
}

/// <summary>Maps with the same keys and values, in any order.</summary>
internal sealed class MapEquality : IEqualityComparer<IDictionary<string, string>>
{
    public bool Equals(IDictionary<string, string>? x, IDictionary<string, string>? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && x.Count == y.Count && x.All(p => y.TryGetValue(p.Key, out var value) && value == p.Value));

    public int GetHashCode(IDictionary<string, string> obj) => obj.Aggregate(0, static (sum, p) => unchecked(sum + HashCode.Combine(p.Key, p.Value)));
}

/// <summary>Lists of equal items in the same order.</summary>
internal sealed class ListEquality<T>(IEqualityComparer<T> items) : IEqualityComparer<IList<T>> where T : class
{
    public bool Equals(IList<T>? x, IList<T>? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.SequenceEqual(y, items));

    public int GetHashCode(IList<T> obj) => obj.Aggregate(0, (hash, item) => HashCode.Combine(hash, items.GetHashCode(item)));
}

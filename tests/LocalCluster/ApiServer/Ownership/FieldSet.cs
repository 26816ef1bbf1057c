namespace LocalCluster.ApiServer.Ownership;

/// <summary>
/// A set of paths into an object, as a tree. A step of a path is in the form of Kubernetes' FieldsV1: <c>f:name</c> (field),
/// <c>k:{"name":"x"}</c> (item of a list by its key fields), <c>v:"x"</c> (item of a set). Immutable.
/// </summary>
internal sealed class FieldSet
{
    public static readonly FieldSet Empty = new(isMember: false, new SortedDictionary<string, FieldSet>(StringComparer.Ordinal));

    /// <summary>Only the place itself.</summary>
    public static readonly FieldSet Leaf = new(isMember: true, new SortedDictionary<string, FieldSet>(StringComparer.Ordinal));

    private readonly SortedDictionary<string, FieldSet> _children;

    private FieldSet(bool isMember, SortedDictionary<string, FieldSet> children)
    {
        IsMember = isMember;
        _children = children;
    }

    /// <summary>Whether the place itself is in the set, not only places below.</summary>
    public bool IsMember { get; }

    public bool IsEmpty => !IsMember && _children.Count == 0;

    public IReadOnlyDictionary<string, FieldSet> Children => _children;

    public static FieldSet Of(bool isMember, IEnumerable<KeyValuePair<string, FieldSet>> children)
    {
        var kept = new SortedDictionary<string, FieldSet>(StringComparer.Ordinal);
        foreach (var (step, child) in children)
        {
            if (!child.IsEmpty)
            {
                kept[step] = child;
            }
        }

        return new FieldSet(isMember, kept);
    }

    public FieldSet Child(string step) => _children.GetValueOrDefault(step) ?? Empty;

    public FieldSet Union(FieldSet other) =>
        Of(IsMember || other.IsMember, Steps(other).Select(s => KeyValuePair.Create(s, Child(s).Union(other.Child(s)))));

    public FieldSet Intersect(FieldSet other) =>
        Of(IsMember && other.IsMember, _children.Select(c => KeyValuePair.Create(c.Key, c.Value.Intersect(other.Child(c.Key)))));

    public FieldSet Subtract(FieldSet other) =>
        Of(IsMember && !other.IsMember, _children.Select(c => KeyValuePair.Create(c.Key, c.Value.Subtract(other.Child(c.Key)))));

    /// <summary>Without these steps at the top.</summary>
    public FieldSet Without(params IEnumerable<string> steps) => Of(IsMember, _children.ExceptBy(steps, c => c.Key));

    /// <summary>With one child replaced.</summary>
    public FieldSet With(string step, FieldSet child) => Of(IsMember, _children.Where(c => c.Key != step).Append(KeyValuePair.Create(step, child)));

    public bool SetEquals(FieldSet other) =>
        IsMember == other.IsMember && _children.Count == other._children.Count && _children.All(c => c.Value.SetEquals(other.Child(c.Key)));

    /// <summary>Every path in the set, as its steps.</summary>
    public IEnumerable<IReadOnlyList<string>> Paths()
    {
        if (IsMember)
        {
            yield return [];
        }

        foreach (var (step, child) in _children)
        {
            foreach (var path in child.Paths())
            {
                yield return [step, .. path];
            }
        }
    }

    private IEnumerable<string> Steps(FieldSet other) => _children.Keys.Union(other._children.Keys, StringComparer.Ordinal);
}

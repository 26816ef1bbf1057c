using Kubernetes.Client.Models;

namespace Kubernetes.Operator.Informers;

/// <summary>Makes the metadata of a cached object small: without other managers' fields, and with what equals that of another object kept once. Objects of a cache are read-only, so they may share.</summary>
internal sealed class MetadataReducer(IReadOnlySet<string> managers)
{
    private readonly ManagedFieldsFilter _managedFields = new(managers);
    private readonly KeptOnce<IDictionary<string, string>> _maps = new(new MapEquality());
    private readonly KeptOnce<IList<V1OwnerReference>> _owners = new(new ListEquality<V1OwnerReference>(EqualityComparer<V1OwnerReference>.Default));

    public void Reduce(V1ObjectMeta metadata)
    {
        metadata.ManagedFields = _managedFields.Keep(metadata.ManagedFields);
        metadata.Labels = _maps.Of(metadata.Labels);
        metadata.Annotations = _maps.Of(metadata.Annotations);
        metadata.OwnerReferences = _owners.Of(metadata.OwnerReferences);
    }
}

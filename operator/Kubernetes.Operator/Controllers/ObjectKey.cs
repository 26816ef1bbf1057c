using Kubernetes.Client.Entities;

namespace Kubernetes.Operator.Controllers;

/// <summary>Namespace and name of an object within its resource.</summary>
/// <param name="Namespace">Namespace; null for a cluster-wide object.</param>
/// <param name="Name">Name.</param>
public readonly record struct ObjectKey(string? Namespace, string Name)
{
    /// <summary>The key of an object.</summary>
    public static ObjectKey Of(IKubernetesObject entity) => new(entity.Namespace(), entity.Name());

    /// <inheritdoc/>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
